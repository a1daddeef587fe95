namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Extensions whose values cannot be read, and policies named twice (RFC 5280 section 4.2.1.4). A critical one that
/// cannot be read cannot be processed either, and so refuses the certificate (section 4.2).
/// </summary>
internal static class ExtensionFormRules
{
    public static void Check(PathPlace place, List<Finding> findings)
    {
        foreach (var fault in place.Certificate.ExtensionFaults)
        {
            // Where policies are processed, their rules say so themselves, and more severely.
            if (place.IsEnd || !PolicyRules.Reads(fault))
            {
                findings.Add(fault.Code is "PolicyRepeated" ? Repeated(place, fault) : Malformed(place, fault));
            }
        }
    }

    public static Finding Malformed(PathPlace place, ExtensionFault fault) =>
        place.Report(
            fault.Code,
            $"has the {(fault.Extension.IsCritical ? "critical " : "")}extension {fault.Name}, which cannot be read ({fault.Reason})",
            "Have it issued with a correct one, or without.",
            fault.Reason,
            $"{fault.Name} that can be read"
        );

    private static Finding Repeated(PathPlace place, ExtensionFault fault) =>
        place.Report(
            fault.Code,
            $"names the policy {fault.Reason} twice in its {fault.Name}",
            "Ask the CA to correct its profile.",
            $"{fault.Reason} twice",
            "each policy once"
        );
}
