// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

enum EHorizontalAlignment { HAlign_Fill, HAlign_Left, HAlign_Center, HAlign_Right };
enum EVerticalAlignment { VAlign_Fill, VAlign_Top, VAlign_Center, VAlign_Bottom };
namespace ETextCommit
{
	enum Type { Default, OnEnter, OnUserMovedFocus, OnCleared };
}
namespace ESelectInfo
{
	enum Type { OnKeyPress, OnNavigation, OnMouseClick, Direct };
}
