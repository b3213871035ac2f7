// A module that holds the library is unloaded and loaded again: same curves each time, no crash at the end.

#include <dlfcn.h>
#include <thread>

#include "check.h"

int main(int ArgumentCount, char** Arguments)
{
	const check::Places Places(ArgumentCount, Arguments);
	using Bake = std::uint64_t (*)(const char*, bool);
	std::uint64_t Wanted = 0;
	for (int Round = 0; Round < 3; ++Round)
	{
		void* Module = dlopen(Arguments[3], RTLD_NOW | RTLD_LOCAL);
		if (!EXPECT_FOUND(Module != nullptr, Module != nullptr ? "" : dlerror()))
		{
			break;
		}
		const Bake Run = reinterpret_cast<Bake>(dlsym(Module, "cstalk_test_bake"));
		std::uint64_t Got = 0;
		// On a thread that ends before the module is unloaded, and on this one, which does not.
		std::thread([&] { Got = Run(Places.Root.c_str(), false); }).join();
		EXPECT(Got != 0);
		Wanted = Round == 0 ? Got : Wanted;
		EXPECT(Got == Wanted && Run(Places.Root.c_str(), Round == 1) == Wanted);
		EXPECT(dlclose(Module) == 0);
	}
	return check::Finish("reload");
}
