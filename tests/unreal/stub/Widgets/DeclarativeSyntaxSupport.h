// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"
#include "Delegates/Delegate.h"
#include "Misc/Attribute.h"

class SWidget;

namespace ue_check
{
	template <typename Widget> struct TDeclaration
	{
		TSharedRef<Widget> operator<<=(const typename Widget::FArguments& Arguments) const;
	};
	template <typename Widget> struct TDeclarationInto
	{
		TSharedRef<Widget> operator<<=(const typename Widget::FArguments& Arguments) const;
	};
	template <typename Widget, typename Exposed> TDeclarationInto<Widget> DeclareInto(TSharedPtr<Exposed>& Into)
	{
		static_assert(std::is_convertible_v<Widget*, Exposed*>, "SAssignNew into a pointer to something else");
		return {};
	}
	template <typename T, typename = void> inline constexpr bool IsSharedFromThis = false;
	template <typename T> inline constexpr bool IsSharedFromThis<T, std::void_t<decltype(std::declval<T&>().AsShared())>> = true;
}
#define SNew(Widget, ...) ::ue_check::TDeclaration<Widget>() <<= Widget::FArguments()
#define SAssignNew(Into, Widget, ...) ::ue_check::DeclareInto<Widget>(Into) <<= Widget::FArguments()

#define SLATE_BEGIN_ARGS(Widget) \
	struct FArguments \
	{ \
		using WidgetArgsType = FArguments; \
		FArguments()
#define SLATE_END_ARGS() \
	};

// An argument by value, by lambda, or bound to a method of an object that is shared.
#define CST_SLATE_ATTRIBUTE(Type, Name) \
	WidgetArgsType& Name(TAttribute<Type> Value); \
	template <typename F> WidgetArgsType& Name##_Lambda(F&&) \
	{ \
		static_assert(std::is_invocable_r_v<Type, F>, #Name "_Lambda that gives something else"); \
		return static_cast<WidgetArgsType&>(*this); \
	} \
	template <typename C, typename M> WidgetArgsType& Name(const C*, Type (M::*)() const) \
	{ \
		static_assert(::ue_check::IsSharedFromThis<C>, #Name " bound to what is not shared"); \
		return static_cast<WidgetArgsType&>(*this); \
	}
#define CST_SLATE_ARGUMENT(Type, Name) WidgetArgsType& Name(Type Value);
#define CST_SLATE_EVENT(Ret, Name, ...) \
	template <typename F> WidgetArgsType& Name##_Lambda(F&&) \
	{ \
		static_assert(std::is_invocable_r_v<Ret, F __VA_OPT__(, ) __VA_ARGS__>, #Name "_Lambda of another signature"); \
		return static_cast<WidgetArgsType&>(*this); \
	} \
	template <typename C> WidgetArgsType& Name(C*, Ret (C::*)(__VA_ARGS__)) \
	{ \
		static_assert(::ue_check::IsSharedFromThis<C>, #Name " bound to what is not shared"); \
		return static_cast<WidgetArgsType&>(*this); \
	}
#define CST_SLATE_CONTENT WidgetArgsType& operator[](const TSharedRef<SWidget>& Content);
