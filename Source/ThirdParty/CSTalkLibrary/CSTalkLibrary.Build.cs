using System.IO;
using UnrealBuildTool;

/// The Rust library behind the bridge, as a static archive, and the ONNX Runtime file that it may load.
///
/// The archive and the headers are made by the native build (see Plugin/README.md). ONNX Runtime bears a name of our
/// own, is never linked and never searched for: the library loads it by absolute path, so that neither the engine's
/// copy nor one of the system can take its place, nor ours theirs.
public class CSTalkLibrary : ModuleRules
{
	public CSTalkLibrary(ReadOnlyTargetRules Target) : base(Target)
	{
		Type = ModuleType.External;
		PublicSystemIncludePaths.Add(Path.Combine(ModuleDirectory, "include"));

		string LibraryFolder = Path.Combine(ModuleDirectory, "lib", Target.Platform.ToString());
		string RuntimeFolder = Path.Combine("$(PluginDir)", "Binaries", "ThirdParty", "CSTalk", Target.Platform.ToString());
		string LibraryName;
		string RuntimeName;
		if (Target.Platform == UnrealTargetPlatform.Win64)
		{
			LibraryName = "cstalk.lib";
			RuntimeName = "cstalk_onnxruntime.dll";
		}
		else if (Target.Platform == UnrealTargetPlatform.Linux)
		{
			LibraryName = "libcstalk.a";
			RuntimeName = "libcstalk_onnxruntime.so";
		}
		else if (Target.Platform == UnrealTargetPlatform.Mac)
		{
			LibraryName = "libcstalk.a";
			RuntimeName = "libcstalk_onnxruntime.dylib";
		}
		else
		{
			throw new BuildException("CSTalk runs on Win64, Linux and Mac, not on {0}", Target.Platform);
		}

		string LibraryPath = Path.Combine(LibraryFolder, LibraryName);
		if (!File.Exists(LibraryPath))
		{
			throw new BuildException("CSTalk: {0} is missing; a release holds it, from source run cargo xtask package", LibraryPath);
		}
		PublicAdditionalLibraries.Add(LibraryPath);
		// What `rustc --print native-static-libs` named when the archive was built: frameworks on Mac, libraries elsewhere.
		foreach (string Name in File.ReadAllLines(Path.Combine(LibraryFolder, "system-libraries.txt")))
		{
			if (Name.Trim().Length == 0)
			{
				continue;
			}
			if (Target.Platform == UnrealTargetPlatform.Mac)
			{
				PublicFrameworks.Add(Name.Trim());
			}
			else
			{
				PublicSystemLibraries.Add(Target.Platform == UnrealTargetPlatform.Win64 ? Name.Trim() + ".lib" : Name.Trim());
			}
		}

		// Only needed for the providers cpu, cuda and tensorrt; the built-in one needs no file.
		if (File.Exists(Path.Combine(PluginDirectory, "Binaries", "ThirdParty", "CSTalk", Target.Platform.ToString(), RuntimeName)))
		{
			RuntimeDependencies.Add(Path.Combine(RuntimeFolder, RuntimeName), StagedFileType.NonUFS);
		}
	}
}
