using System.Xml.Linq;

namespace Keyhold.Server.Tests.Laws;

/// <summary>Law 1: which project may know which.</summary>
public class ProjectReferenceTests
{
    [Theory]
    [InlineData("Keyhold.Protocol", "")]
    [InlineData("Keyhold.Crypto", "")]
    [InlineData("Keyhold.Storage", "")]
    [InlineData("Keyhold.Server", "Keyhold.Crypto Keyhold.Protocol Keyhold.Storage")]
    [InlineData("Keyhold.Cli", "Keyhold.Crypto Keyhold.Protocol Keyhold.Server")]
    public void A_project_references_exactly_what_the_law_says(string project, string expected)
    {
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), ReferencesOf(project));
    }

    [Fact]
    public void There_are_no_other_production_projects()
    {
        var projects = Directory.GetDirectories(Repository.PathOf("src")).Select(Path.GetFileName).Order();
        Assert.Equal(
            ["Keyhold.Cli", "Keyhold.Crypto", "Keyhold.Protocol", "Keyhold.Server", "Keyhold.Storage"],
            projects
        );
    }

    [Theory]
    [InlineData("BouncyCastle.Cryptography", "Keyhold.Crypto")]
    [InlineData("Pkcs11Interop", "Keyhold.Crypto")]
    [InlineData("Microsoft.Data.Sqlite", "Keyhold.Storage")]
    [InlineData("Npgsql", "Keyhold.Storage")]
    [InlineData("OpenTelemetry", "Keyhold.Server")]
    [InlineData("OpenTelemetry.Exporter.OpenTelemetryProtocol", "Keyhold.Server")]
    [InlineData("OpenTelemetry.Exporter.Prometheus.AspNetCore", "Keyhold.Server")]
    [InlineData("Spectre.Console", "Keyhold.Cli")]
    public void A_library_has_one_home(string package, string home)
    {
        var users = Directory
            .GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Where(file =>
                XDocument
                    .Load(file)
                    .Descendants("PackageReference")
                    .Any(it => (string?)it.Attribute("Include") == package)
            )
            .Select(Path.GetFileNameWithoutExtension);
        Assert.Equal([home], users);
    }

    private static IEnumerable<string?> ReferencesOf(string project) =>
        XDocument
            .Load(Repository.PathOf("src", project, project + ".csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string?)reference.Attribute("Include")))
            .Order(StringComparer.Ordinal);
}
