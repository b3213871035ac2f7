// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"
#include "CoreGlobals.h"
#include "HAL/UnrealMemory.h"
#include "Templates/UnrealTemplate.h"
#include "Templates/Function.h"
#include "Templates/SharedPointer.h"
#include "Templates/UniquePtr.h"
#include "Math/UnrealMathUtility.h"
#include "Math/Vector2D.h"
#include "Math/Color.h"
#include "Containers/ArrayView.h"
#include "Containers/Array.h"
#include "Containers/Map.h"
#include "Containers/UnrealString.h"
#include "Containers/StringConv.h"
#include "UObject/NameTypes.h"
#include "Internationalization/Text.h"
#include "Internationalization/Internationalization.h"
#include "Logging/LogMacros.h"
#include "Delegates/Delegate.h"
#include "Delegates/DelegateCombinations.h"
#include "Misc/Guid.h"
#include "UObject/ObjectMacros.h"
#include "UObject/ObjectPtr.h"

class UObject;
class UClass;
class UStruct;
class UScriptStruct;
class UEnum;
class UPackage;
class FFeedbackContext;
class FObjectInitializer;
