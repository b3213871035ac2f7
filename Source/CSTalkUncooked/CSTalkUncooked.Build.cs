using UnrealBuildTool;

/// The animation graph's node: needed wherever animation blueprints are loaded uncooked, also while cooking.
public class CSTalkUncooked : ModuleRules
{
	public CSTalkUncooked(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		CppStandard = CppStandardVersion.Cpp20;

		PublicDependencyModuleNames.AddRange(new string[]
		{
			"Core",
			"CoreUObject",
			"Engine",
			"AnimGraph",
			"CSTalk",
		});
		PrivateDependencyModuleNames.AddRange(new string[]
		{
			"BlueprintGraph",
			"UnrealEd",
		});
	}
}
