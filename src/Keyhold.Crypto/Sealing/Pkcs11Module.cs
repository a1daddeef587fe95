using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// A loaded PKCS#11 module. A module is initialised once for a whole process and finalised for all its users at once,
/// so the modules in use are counted for the process, too.
/// </summary>
internal sealed class Pkcs11Module : IDisposable
{
    private static readonly Lock Door = new();
    private static readonly Dictionary<string, Pkcs11Module> Loaded = new(StringComparer.Ordinal);
    private static bool nativeNamesMapped;

    private readonly string path;
    private readonly IPkcs11Library library;
    private int users = 1;

    private Pkcs11Module(string path, IPkcs11Library library)
    {
        this.path = path;
        this.library = library;
    }

    /// <summary>
    /// Behind a condition that the native compiler knows the answer to: what is never reached there, which it would have
    /// to warn of, is not in the native program at all.
    /// </summary>
    internal static Pkcs11InteropFactories Factories =>
        RuntimeFeature.IsDynamicCodeSupported ? OnTheRuntime.Factories : throw NotInNativeBuild();

    internal IPkcs11Library Library => library;

    /// <summary>Loads the module; <see cref="RootKeyException"/> when it is missing or fails.</summary>
    internal static Pkcs11Module Take(string path)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw NotInNativeBuild();
        }

        lock (Door)
        {
            if (Loaded.TryGetValue(path, out Pkcs11Module? known))
            {
                known.users++;
                return known;
            }

            var module = new Pkcs11Module(path, Load(path));
            Loaded.Add(path, module);
            return module;
        }
    }

    public void Dispose()
    {
        lock (Door)
        {
            if (--users == 0)
            {
                Loaded.Remove(path);
                library.Dispose();
            }
        }
    }

    private static RootKeyException NotInNativeBuild() =>
        new(
            "This native build of Keyhold has no PKCS#11 provider, since the library for it needs the .NET runtime. "
                + "Run the build for the .NET runtime to use a root key in an HSM."
        );

    private static IPkcs11Library Load(string path)
    {
        MapNativeNames();
        try
        {
            return Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, path, AppType.MultiThreaded);
        }
        catch (Exception failure) when (failure is UnmanagedException or Pkcs11Exception or DllNotFoundException)
        {
            throw new RootKeyException(
                File.Exists(path)
                    ? $"The PKCS#11 module {path} cannot be used: {failure.Message} Check that it is a PKCS#11 library for "
                        + "this machine and that its own configuration can be read."
                    : $"There is no PKCS#11 module {path}. Install the HSM's library, or mend module-path in the URI.",
                failure
            );
        }
    }

    /// <summary>Pkcs11Interop imports "libdl", which Linux distributions have as libdl.so.2 only.</summary>
    private static void MapNativeNames()
    {
        if (nativeNamesMapped || !OperatingSystem.IsLinux())
        {
            return;
        }

        nativeNamesMapped = true;
        Assembly assembly = typeof(Pkcs11InteropFactories).Assembly;
        NativeLibrary.SetDllImportResolver(
            assembly,
            static (name, importer, search) =>
                name is "libdl" && NativeLibrary.TryLoad("libdl.so.2", importer, search, out IntPtr handle)
                    ? handle
                    : IntPtr.Zero
        );
    }

    private static class OnTheRuntime
    {
        internal static readonly Pkcs11InteropFactories Factories = new();
    }
}
