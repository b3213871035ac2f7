// A module of a host, as an engine loads one: the library inside, one plain function out.

#include "check.h"

namespace
{
cstalk::Model Kept;
cstalk::LivePool KeptPool;
}

/** Bakes the recording; with bLeave, leaves a model and running workers behind as a careless module does. */
extern "C" __attribute__((visibility("default"))) std::uint64_t cstalk_test_bake(const char* Root, bool bLeave)
{
	const std::string Folder(Root);
	cstalk::Model Model;
	cstalk::Take Take;
	if (!cstalk::CheckLibrary().IsOk() || !Model.Load(Folder + "/Content/Models/live.onnx").IsOk() ||
		!cstalk::BakeFile(Model, {}, Folder + "/tests/fixtures/speech/german_sentence.wav", Take).IsOk())
	{
		return 0;
	}
	cstalk::LivePool Pool;
	if (!Pool.Start(Model, 2).IsOk())
	{
		return 0;
	}
	if (bLeave)
	{
		Kept = std::move(Model);
		KeptPool = std::move(Pool);
	}
	return check::HashOf(Take.Values);
}
