// ONNX Runtime by absolute path under our own name, while wrong ones lie beside the program, stand first on the search
// path, and are in the process already with all their names visible to everybody.

#include <cmath>
#include <dlfcn.h>

#include "check.h"

int main(int ArgumentCount, char** Arguments)
{
	const check::Places Places(ArgumentCount, Arguments);
	const std::string Library = ArgumentCount > 3 ? Arguments[3] : "";
	if (Library.empty())
	{
		std::printf("SKIPPED cpp onnxruntime: no ONNX Runtime was given to cmake (CSTALK_ONNX_RUNTIME)\n");
		return 0;
	}
	EXPECT_OK(cstalk::CheckLibrary());
	// The search path leads to the wrong one, as on a machine that has been spoilt.
	void* Foreign = dlopen("libonnxruntime.so.1", RTLD_NOW | RTLD_GLOBAL);
		EXPECT(Foreign != nullptr && dlsym(Foreign, "cstalk_test_is_foreign") != nullptr);

	cstalk::Model Embedded;
	EXPECT_OK(Embedded.Load(Places.LiveModel()));
	cstalk::Model Cpu;
	cstalk::ModelOptions Options;
	Options.RunBy = cstalk::Provider::Cpu;
	Options.OnnxRuntimePath = Library;
	EXPECT_OK(Cpu.Load(Places.LiveModel(), Options));
	const std::string RunBy = Cpu.Facts().RunBy;
	EXPECT_FOUND(RunBy.find(Library) != std::string::npos, RunBy);

	cstalk::Take First;
	cstalk::Take Second;
	EXPECT_OK(cstalk::BakeFile(Embedded, {}, Places.Speech(), First));
	EXPECT_OK(cstalk::BakeFile(Cpu, {}, Places.Speech(), Second));
	EXPECT(First.Values.size() == Second.Values.size() && !First.Values.empty());
	float Greatest = 0.0f;
	for (std::size_t At = 0; At < First.Values.size() && At < Second.Values.size(); ++At)
	{
		Greatest = std::fmax(Greatest, std::fabs(First.Values[At] - Second.Values[At]));
	}
	EXPECT_FOUND(Greatest < 2e-3f, std::to_string(Greatest));
	std::printf("%s, at most %.1e from embedded\n", RunBy.c_str(), static_cast<double>(Greatest));

	// Whoever asks by the usual name after us gets what was there, not ours.
	void* Again = dlopen("libonnxruntime.so.1", RTLD_NOW | RTLD_NOLOAD);
	EXPECT(Again != nullptr && dlsym(Again, "cstalk_test_is_foreign") != nullptr);

	// A wrong file under the right parameter is refused in words, and what runs goes on.
	cstalk::Model Wrong;
	Options.OnnxRuntimePath = Places.Speech();
	const cstalk::Status Refused = Wrong.Load(Places.LiveModel(), Options);
	EXPECT(Refused.Result == cstalk::Code::InstallRuntime && Refused.Message.find("already uses") != std::string::npos);
	// CUDA is asked of a library without it: an error that says so, not another provider in silence.
	Options.RunBy = cstalk::Provider::Cuda;
	Options.OnnxRuntimePath = Library;
	const cstalk::Status NoCuda = Wrong.Load(Places.LiveModel(), Options);
	EXPECT_FOUND(NoCuda.Result == cstalk::Code::ChooseAnotherProvider, NoCuda.Message);
	return check::Finish("onnxruntime");
}
