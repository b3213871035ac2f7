// Declarations for type-checking, not the engine's file. Module PropertyEditor; facts in signatures.csv.
#pragma once

#include "Widgets/SWidget.h"

class FDetailWidgetDecl
{
public:
	FDetailWidgetDecl& operator[](TSharedRef<SWidget> InWidget);
};
class FDetailWidgetRow
{
public:
	FDetailWidgetDecl& WholeRowContent();
};
