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
			LibraryName = "cstalk_bridge.lib";
			RuntimeName = "cstalk_onnxruntime.dll";
			// What `rustc --print native-static-libs` names for the archive, and the sound system behind the microphone.
			PublicSystemLibraries.AddRange(new string[]
			{
				"advapi32.lib", "bcrypt.lib", "dbghelp.lib", "kernel32.lib", "mmdevapi.lib", "ntdll.lib", "ole32.lib",
				"oleaut32.lib", "userenv.lib", "ws2_32.lib",
			});
		}
		else if (Target.Platform == UnrealTargetPlatform.Linux)
		{
			LibraryName = "libcstalk_bridge.a";
			RuntimeName = "libcstalk_onnxruntime.so";
			PublicSystemLibraries.AddRange(new string[] { "dl", "m", "pthread", "rt", "util" });
		}
		else if (Target.Platform == UnrealTargetPlatform.Mac)
		{
			LibraryName = "libcstalk_bridge.a";
			RuntimeName = "libcstalk_onnxruntime.dylib";
			PublicFrameworks.AddRange(new string[] { "AudioToolbox", "AudioUnit", "CoreAudio", "CoreFoundation" });
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

		// Only needed for the providers cpu, cuda and tensorrt; the built-in one needs no file.
		if (File.Exists(Path.Combine(PluginDirectory, "Binaries", "ThirdParty", "CSTalk", Target.Platform.ToString(), RuntimeName)))
		{
			RuntimeDependencies.Add(Path.Combine(RuntimeFolder, RuntimeName), StagedFileType.NonUFS);
		}
	}
}
