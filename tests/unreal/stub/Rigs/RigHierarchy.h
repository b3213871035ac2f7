// Declarations for type-checking, not the engine's file. Module ControlRig; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

enum class ERigElementType : uint8 { None = 0, Bone = 1, Null = 2, Control = 4 };
enum class ERigControlType : uint8 { Bool, Float, Integer, Vector2D };

struct FRigElementKey
{
	FRigElementKey(const FName& InName, ERigElementType InType);
};
struct FRigControlSettings
{
	ERigControlType ControlType;
};
struct FRigControlElement
{
	FRigControlSettings Settings;
};
class URigHierarchy : public UObject
{
	CST_ENGINE_CLASS(URigHierarchy, UObject)
	template <typename T> T* Find(const FRigElementKey& InKey);
};
