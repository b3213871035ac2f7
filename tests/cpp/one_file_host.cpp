// A host with exceptions, RTTI and C++20 that compiles everything as one file, as Unreal's unity builds do.

#include "CSTalkNative.cpp"

#include "check.h"

int main(int ArgumentCount, char** Arguments)
{
	const check::Places Places(ArgumentCount, Arguments);
	EXPECT_OK(cstalk::CheckLibrary());
	cstalk::Model Model;
	EXPECT_OK(Model.Load(Places.LiveModel()));
	cstalk::Take Take;
	EXPECT_OK(cstalk::BakeFile(Model, {}, Places.Speech(), Take));
	EXPECT(Take.RowCount() > 100);
	EXPECT(Model.Load("nowhere.onnx").Result == cstalk::Code::BadInput);
	return check::Finish("one_file_host");
}
