// Our ONNX Runtime must not answer to the usual name either: another plugin that asks for it later wants its own.

#include <dlfcn.h>

#include "check.h"

int main(int ArgumentCount, char** Arguments)
{
	const check::Places Places(ArgumentCount, Arguments);
	cstalk::ModelOptions Options;
	Options.RunBy = cstalk::Provider::Cpu;
	Options.OnnxRuntimePath = ArgumentCount > 3 ? Arguments[3] : "";
	if (Options.OnnxRuntimePath.empty())
	{
		std::printf("SKIPPED cpp onnxruntime_name: no ONNX Runtime, or no patchelf, was given to cmake\n");
		return 0;
	}
	cstalk::Model Model;
	EXPECT_OK(Model.Load(Places.LiveModel(), Options));
	EXPECT(dlopen("libonnxruntime.so.1", RTLD_NOW | RTLD_NOLOAD) == nullptr);
	EXPECT(dlopen("libonnxruntime.so", RTLD_NOW | RTLD_NOLOAD) == nullptr);
	EXPECT(dlopen("libcstalk_onnxruntime.so", RTLD_NOW | RTLD_NOLOAD) != nullptr);
	return check::Finish("onnxruntime_name");
}
