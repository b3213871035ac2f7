using UnrealBuildTool;

/// Baking, emotion panel, details, asset types, commandlet. Never part of a game.
public class CSTalkEditor : ModuleRules
{
	public CSTalkEditor(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		CppStandard = CppStandardVersion.Cpp20;

		PublicDependencyModuleNames.AddRange(new string[]
		{
			"Core",
			"CoreUObject",
			"Engine",
			"CSTalk",
		});
		PrivateDependencyModuleNames.AddRange(new string[]
		{
			"AssetDefinition",
			"AssetRegistry",
			"AssetTools",
			"ContentBrowser",
			"ControlRig",
			"ControlRigEditor",
			"InputCore",
			"LevelSequence",
			"LevelSequenceEditor",
			"MovieScene",
			"PropertyEditor",
			"Slate",
			"SlateCore",
			"ToolMenus",
			"UnrealEd",
			"WorkspaceMenuStructure",
		});
	}
}
