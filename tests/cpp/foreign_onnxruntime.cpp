// A file that pretends to be ONNX Runtime. It lies where a careless loader would find it and says so when it is used.

#include <cstdio>
#include <cstdlib>

extern "C" const void* OrtGetApiBase()
{
	std::fputs("the foreign onnxruntime was asked for its functions\n", stderr);
	std::abort();
}

/** Tells the test that this file, and not another, is in the process. */
extern "C" int cstalk_test_is_foreign()
{
	return 1;
}
