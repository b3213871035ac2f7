// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Containers/UnrealString.h"
#include "Templates/Function.h"
#include "CoreTypes.h"

#if CST_UE_MINOR < 5
struct EAutomationTestFlags
{
	enum Type : uint32 { EditorContext = 1, ClientContext = 2, ProductFilter = 0x04000000 };
};
#else
enum class EAutomationTestFlags : uint32 { EditorContext = 1, ClientContext = 2, ProductFilter = 0x04000000 };
constexpr EAutomationTestFlags operator|(EAutomationTestFlags A, EAutomationTestFlags B)
{
	return static_cast<EAutomationTestFlags>(static_cast<uint32>(A) | static_cast<uint32>(B));
}
#endif

class FAutomationTestBase
{
public:
	virtual ~FAutomationTestBase();
	bool TestTrue(const TCHAR* What, bool Value);
	bool TestFalse(const TCHAR* What, bool Value);
	bool TestEqual(const TCHAR* What, const int32 Actual, const int32 Expected);
	bool TestEqual(const TCHAR* What, const float Actual, const float Expected, float Tolerance = 1.e-4f);
	bool TestEqual(const TCHAR* What, const FString& Actual, const FString& Expected);
	bool TestNotNull(const TCHAR* What, const void* Pointer);
	void AddExpectedError(FString ExpectedErrorPattern);
};
class FAutomationSpecBase : public FAutomationTestBase
{
public:
	void Describe(const FString& Description, TFunction<void()> DoWork);
	void It(const FString& Description, TFunction<void()> DoWork);
	void BeforeEach(TFunction<void()> DoWork);
	virtual void Define() = 0;
};
namespace ue_check
{
	constexpr bool AreTestFlags(EAutomationTestFlags) { return true; }
	constexpr bool AreTestFlags(uint32) { return true; }
}
#define BEGIN_DEFINE_SPEC(Class, Name, Flags) \
	static_assert(::ue_check::AreTestFlags(Flags)); \
	class Class : public FAutomationSpecBase \
	{ \
	public: \
		static constexpr const char* SpecName = Name; \
		virtual void Define() override;
#define END_DEFINE_SPEC(Class) \
	}; \
	static_assert(sizeof(Class) > 0);
