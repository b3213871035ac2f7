// What the C++ tests share: expectations that count, the sample recording, hashes, curves of the command.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "CSTalkNative.h"

namespace check
{

inline int FailureCount = 0;
inline int ExpectationCount = 0;

inline bool Expect(bool bHolds, const char* Text, const char* File, int Line, const std::string& Found = "")
{
	++ExpectationCount;
	if (!bHolds)
	{
		++FailureCount;
		std::printf("%s:%d: FAILED %s %s\n", File, Line, Text, Found.c_str());
	}
	return bHolds;
}

#define EXPECT(Holds) check::Expect(static_cast<bool>(Holds), #Holds, __FILE__, __LINE__)
#define EXPECT_FOUND(Holds, Found) check::Expect(static_cast<bool>(Holds), #Holds, __FILE__, __LINE__, Found)
#define EXPECT_OK(Call)                                                                        \
	do                                                                                         \
	{                                                                                          \
		const cstalk::Status CallStatus = (Call);                                              \
		check::Expect(CallStatus.IsOk() && CallStatus.Message.empty(), #Call, __FILE__, __LINE__, CallStatus.Message); \
	} while (false)

/** Ends a test program: its exit code, and a line that says that something was looked at. */
inline int Finish(const char* Name)
{
	std::printf("%s: %d expectations, %d failed\n", Name, ExpectationCount, FailureCount);
	return FailureCount == 0 && ExpectationCount > 0 ? 0 : 1;
}

/** FNV-1a over the bits of values; a negative zero counts as zero, as in files. */
inline std::uint64_t HashOf(const std::vector<float>& Values)
{
	std::uint64_t Hash = 14695981039346656037ull;
	for (const float Value : Values)
	{
		const float Plain = Value + 0.0f;
		unsigned char Bytes[sizeof(float)];
		std::memcpy(Bytes, &Plain, sizeof(Bytes));
		for (const unsigned char Byte : Bytes)
		{
			Hash = (Hash ^ Byte) * 1099511628211ull;
		}
	}
	return Hash;
}

inline std::string ReadText(const std::string& Path)
{
	std::string Text;
	if (std::FILE* File = std::fopen(Path.c_str(), "rb"))
	{
		char Block[65536];
		for (std::size_t Count; (Count = std::fread(Block, 1, sizeof(Block), File)) > 0;)
		{
			Text.append(Block, Count);
		}
		std::fclose(File);
	}
	return Text;
}

inline void WriteText(const std::string& Path, const std::string& Text)
{
	if (std::FILE* File = std::fopen(Path.c_str(), "wb"))
	{
		std::fwrite(Text.data(), 1, Text.size(), File);
		std::fclose(File);
	}
}

/** The numbers and names in a CSV of curves that `cstalk animate` wrote. */
struct CurveFile
{
	std::vector<std::string> Columns;
	/** Axes [row, column], without the column of times. */
	std::vector<float> Values;
};

inline CurveFile ReadCurves(const std::string& Path)
{
	CurveFile Read;
	const std::string Text = ReadText(Path);
	std::size_t At = 0;
	for (std::size_t LineIndex = 0; At < Text.size(); ++LineIndex)
	{
		const std::size_t End = Text.find('\n', At) == std::string::npos ? Text.size() : Text.find('\n', At);
		std::size_t Field = Text.find(',', At);
		while (Field != std::string::npos && Field < End)
		{
			const std::size_t Next = std::min(End, Text.find(',', Field + 1));
			const std::string Part = Text.substr(Field + 1, Next - Field - 1);
			if (LineIndex == 0)
			{
				Read.Columns.push_back(Part);
			}
			else
			{
				Read.Values.push_back(std::strtof(Part.c_str(), nullptr));
			}
			Field = Next == End ? std::string::npos : Next;
		}
		At = End + 1;
	}
	return Read;
}

/** A 16-bit WAV file with the plain header that the recordings in the repository have. */
struct Recording
{
	std::uint32_t RateHz = 0;
	std::uint32_t ChannelCount = 0;
	std::vector<std::int16_t> Pcm16;
	std::vector<float> Floats;

	cstalk::Sound AsPcm16() const { return {nullptr, Pcm16.data(), Pcm16.size(), RateHz, ChannelCount}; }
	cstalk::Sound AsFloats() const { return {Floats.data(), nullptr, Floats.size(), RateHz, ChannelCount}; }
};

inline Recording ReadWav(const std::string& Path)
{
	Recording Read;
	const std::string Bytes = ReadText(Path);
	std::uint32_t Length = 0;
	for (std::size_t At = 12; At + 8 <= Bytes.size(); At += 8 + Length + (Length & 1))
	{
		std::memcpy(&Length, Bytes.data() + At + 4, 4);
		if (Bytes.compare(At, 4, "fmt ") == 0)
		{
			std::uint16_t ChannelCount = 0;
			std::memcpy(&ChannelCount, Bytes.data() + At + 10, 2);
			std::memcpy(&Read.RateHz, Bytes.data() + At + 12, 4);
			Read.ChannelCount = ChannelCount;
		}
		else if (Bytes.compare(At, 4, "data") == 0 && At + 8 + Length <= Bytes.size())
		{
			Read.Pcm16.resize(Length / 2);
			std::memcpy(Read.Pcm16.data(), Bytes.data() + At + 8, Length / 2 * 2);
		}
	}
	for (const std::int16_t Value : Read.Pcm16)
	{
		Read.Floats.push_back(static_cast<float>(Value) / 32768.0f);
	}
	return Read;
}

/** Lengths 1, 2, 3, ... and primes, over and over: what no audio interface would do. */
struct OddBlocks
{
	std::size_t Index = 0;
	std::size_t Next(std::size_t Left)
	{
		static const std::size_t Lengths[] = {1, 7, 480, 3, 997, 2, 131, 1021, 5, 64};
		const std::size_t Length = Lengths[Index++ % (sizeof(Lengths) / sizeof(Lengths[0]))];
		return Length < Left ? Length : Left;
	}
};

/** Where things are, from the command line of each test: the repository's root, and a folder to write into. */
struct Places
{
	std::string Root;
	std::string Scratch;

	Places(int ArgumentCount, char** Arguments)
		: Root(ArgumentCount > 1 ? Arguments[1] : "."), Scratch(ArgumentCount > 2 ? Arguments[2] : ".")
	{
	}
	std::string LiveModel() const { return Root + "/Content/Models/live.onnx"; }
	std::string EmotionModel() const { return Root + "/Content/Models/emotion-nc.onnx"; }
	std::string Speech() const { return Root + "/tests/fixtures/speech/german_sentence.wav"; }
};

} // namespace check
