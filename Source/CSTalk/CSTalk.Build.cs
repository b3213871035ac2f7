using System.IO;
using UnrealBuildTool;

/// The runtime: component, animation node, assets, Live Link source. Everything numeric is in CSTalkLibrary.
public class CSTalk : ModuleRules
{
	public CSTalk(ReadOnlyTargetRules Target) : base(Target)
	{
		// CSTalkNative.cpp holds the bridge's generated code, which must not meet the engine's macros.
		PCHUsage = PCHUsageMode.NoPCHs;
#if UE_5_8_OR_LATER
		bUseUnityBuild = false;
#else
		bUseUnity = false;
#endif
		CppStandard = CppStandardVersion.Cpp20;

		PublicDependencyModuleNames.AddRange(new string[]
		{
			"Core",
			"CoreUObject",
			"Engine",
			"DeveloperSettings",
			"LiveLinkInterface",
		});
		PrivateDependencyModuleNames.AddRange(new string[]
		{
			"CSTalkLibrary",
			"Projects",
		});

		// Models and presets are read as plain files, so they must lie beside a packaged game as they are.
		foreach (string Folder in new string[] { "Models", "Presets" })
		{
			string FolderPath = Path.Combine(PluginDirectory, "Content", Folder);
			if (!Directory.Exists(FolderPath))
			{
				throw new BuildException("CSTalk: {0} is missing; install the plugin again", FolderPath);
			}
			foreach (string Pattern in new string[] { "*.onnx", "*.json" })
			{
				foreach (string FileName in Directory.GetFiles(FolderPath, Pattern))
				{
					RuntimeDependencies.Add(FileName, StagedFileType.NonUFS);
				}
			}
		}
	}
}
