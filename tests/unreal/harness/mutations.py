"""Seeded mistakes: each is made in a copy of the plugin and must be found, or the harness is worth nothing."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from . import compile as compiling
from . import modules, paths, pseudo_uht
from .compile import Variant


@dataclass(frozen=True)
class Mutation:
    """A mistake: in which file, what is replaced by what, and in words."""

    about: str
    file: str
    old: str
    new: str


MUTATIONS = (
    # Runtime
    Mutation("override loses const", "CSTalk/Public/AnimNode_CSTalk.h", "bool HasPreUpdate() const override", "bool HasPreUpdate() override"),
    Mutation("override of another parameter", "CSTalk/Public/AnimNode_CSTalk.h", "Evaluate_AnyThread(FPoseContext& Output)", "Evaluate_AnyThread(const FPoseContext& Output)"),
    Mutation("GENERATED_BODY missing", "CSTalk/Public/CSTalkComponent.h", "\tGENERATED_BODY()\n\npublic:\n\tUCSTalkComponent();", "\npublic:\n\tUCSTalkComponent();"),
    Mutation("generated header not last", "CSTalk/Public/CSTalkModelAsset.h", '#include "CSTalkModelAsset.generated.h"', '#include "CSTalkModelAsset.generated.h"\n#include "Misc/Guid.h"'),
    Mutation("std type in a property", "CSTalk/Public/CSTalkSettings.h", "\tFString DefaultModel", "\tstd::string DefaultModel"),
    Mutation("property without a category", "CSTalk/Public/CSTalkBakedAnimation.h", 'UPROPERTY(EditAnywhere, BlueprintReadOnly, Category = "Baked")', "UPROPERTY(EditAnywhere, BlueprintReadOnly)"),
    Mutation("specifier misspelt", "CSTalk/Public/CSTalkTypes.h", 'UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Performance")\n\tFCSTalkStyle Style', 'UPROPERTY(EditAnywere, BlueprintReadWrite, Category = "Performance")\n\tFCSTalkStyle Style'),
    Mutation("private property for Blueprints", "CSTalk/Public/CSTalkComponent.h", "\tUPROPERTY(Transient)\n\tTObjectPtr<UAudioComponent> Audio;", '\tUPROPERTY(BlueprintReadOnly, Category = "CSTalk")\n\tTObjectPtr<UAudioComponent> Audio;'),
    Mutation("API macro missing", "CSTalk/Public/CSTalkEmotionTrack.h", "class CSTALK_API UCSTalkEmotionTrack", "class UCSTalkEmotionTrack"),
    Mutation("FString without star in a log", "CSTalk/Private/CSTalkPresets.cpp", 'cannot be written"), *Path)', 'cannot be written"), Path)'),
    Mutation("metadata misspelt", "CSTalk/Public/CSTalkPresets.h", 'DefaultToSelf = "Outer"', 'DefaultsToSelf = "Outer"'),
    Mutation("a part without a name", "CSTalk/Private/CSTalkText.cpp", ', {"neck", &FCSTalkStrength::Neck}', ""),
    Mutation("wide literal instead of TEXT", "CSTalk/Private/CSTalkModule.cpp", 'FindPlugin(TEXT("CSTalk"))', 'FindPlugin(L"CSTalk")'),
    Mutation("include missing", "CSTalk/Private/CSTalkLiveLinkSource.cpp", '#include "Roles/LiveLinkBasicRole.h"\n', ""),
    Mutation("editor module in the game", "CSTalk/CSTalk.Build.cs", '\t\t\t"Projects",', '\t\t\t"Projects",\n\t\t\t"UnrealEd",'),
    Mutation("dependency missing", "CSTalk/CSTalk.Build.cs", '\t\t\t"LiveLinkInterface",\n', ""),
    Mutation("editor-only call in the game", "CSTalk/Private/CSTalkComponent.cpp", "	SetState(ECSTalkState::Waiting);\n\tPlayer->Play();", "	PostEditChange();\n\tPlayer->Play();"),
    # Uncooked
    Mutation("graph node has another signature", "CSTalkUncooked/Public/AnimGraphNode_CSTalk.h", "GetNodeTitle(ENodeTitleType::Type TitleType) const override", "GetNodeTitle(int32 TitleType) const override"),
    Mutation("graph node without its prefix", "CSTalkUncooked/Public/AnimGraphNode_CSTalk.h", "class CSTALKUNCOOKED_API UAnimGraphNode_CSTalk", "class CSTALKUNCOOKED_API AnimGraphNode_CSTalk"),
    Mutation("module named wrongly", "CSTalkUncooked/Private/CSTalkUncookedModule.cpp", "IMPLEMENT_MODULE(FDefaultModuleImpl, CSTalkUncooked)", "IMPLEMENT_MODULE(FDefaultModuleImpl, CSTalkEditor)"),
    # Editor
    Mutation("arguments in another order", "CSTalkEditor/Private/CSTalkSequenceWriter.cpp", "SetCurveKeys(Identify(Curve.Name), Curve.Keys, bTransact)", "SetCurveKeys(Curve.Keys, Identify(Curve.Name), bTransact)"),
    Mutation("slate lambda of another type", "CSTalkEditor/Private/SCSTalkEmotionPanel.cpp", ".OnEndSliderMovement_Lambda([this](float) { EndChange(); })", ".OnEndSliderMovement_Lambda([this](FString) { EndChange(); })"),
    Mutation("slate lambda gives nothing", "CSTalkEditor/Private/SCSTalkBakeDialog.cpp", "OnClicked_Lambda([&Close]() { return Close(true); })", "OnClicked_Lambda([&Close]() { Close(true); })"),
    Mutation("menu action of another signature", "CSTalkEditor/Private/CSTalkMenus.cpp", "void BakeSelectedSounds(const FToolMenuContext& Menu)", "void BakeSelectedSounds(FToolMenuSection& Menu)"),
    Mutation("cast of a class only declared", "CSTalkEditor/Private/CSTalkBakedWriter.cpp", '#include "CSTalkBakedAnimation.h"\n', ""),
    Mutation("interface not implemented", "CSTalkEditor/Private/AssetDefinitions_CSTalk.h", "virtual FLinearColor GetAssetColor() const override;", "virtual FLinearColor GetAssetColour() const;"),
    Mutation("raw object pointer as property", "CSTalkEditor/Private/CSTalkBakeOptions.h", "\tTSoftObjectPtr<USkeleton> Skeleton;", "\tUSkeleton* Skeleton;"),
    Mutation("future used as a value", "CSTalkEditor/Private/CSTalkBakeJob.cpp", "return Baking.Get();", "return Baking;"),
    Mutation("API of 5.8 in 5.4 to 5.7", "CSTalkEditor/Private/CSTalkEditorModule.cpp", "#if UE_VERSION_OLDER_THAN(5, 8, 0)", "#if UE_VERSION_OLDER_THAN(5, 4, 0)"),
)


@dataclass(frozen=True)
class Verdict:
    """What found a mutation; nothing when it went through."""

    mutation: Mutation
    found_by: str
    message: str


def try_one(mutation: Mutation, compiler_path: str, scratch: Path) -> Verdict:
    """Makes one mistake and looks whether lints or compiler find it."""
    source = scratch / "Source"
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(paths.SOURCE, source)
    shutil.copy(paths.ROOT / "CSTalk.uplugin", scratch)
    path = source / mutation.file
    text = path.read_text(encoding="utf-8")
    if mutation.old not in text:
        return Verdict(mutation, "", f"does not apply: {mutation.file} has changed; mend mutations.py")
    path.write_text(text.replace(mutation.old, mutation.new, 1), encoding="utf-8")

    generated = scratch / "generated"
    generated.mkdir()
    headers = [(header, "Public" in header.parts) for name in paths.our_modules(source) for header in paths.headers_of(name, source)]
    if findings := pseudo_uht.run(headers, source, generated):
        return Verdict(mutation, "header tool", findings[0].text)
    if findings := [*modules.check_includes(source), *modules.check_descriptor(scratch, source)]:
        return Verdict(mutation, "modules", findings[0].text)
    module = mutation.file.split("/", maxsplit=1)[0]
    flags = compiling.module_flags(source, generated, module)
    # The file itself, or, for a header, whatever includes it; both TCHARs, and the game where the module exists there.
    touched = [path] if path.suffix == ".cpp" else [
        file for file in paths.sources_of(module, source) if f'"{path.name}"' in file.read_text(encoding="utf-8")
    ]
    editors = (True,) if module in compiling.EDITOR_ONLY else (True, False)
    for editor in editors:
        for wide in (False, True):
            for file in touched:
                unit = compiling.check_file(compiler_path, file, Variant(6, editor, wide), flags)
                if unit.error:
                    first = next((line for line in unit.error.split("\n") if "error:" in line), unit.error)
                    return Verdict(mutation, "compiler", first.split("error:")[-1].strip())
    return Verdict(mutation, "", "went through")
