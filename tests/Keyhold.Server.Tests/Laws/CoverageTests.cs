using System.Reflection;
using Keyhold.Server.Tests.Operations;

namespace Keyhold.Server.Tests.Laws;

/// <summary>Law 6: what can be counted is counted.</summary>
public class CoverageTests
{
    [Fact]
    public async Task Every_operation_has_a_docs_page_and_a_case_of_each_kind()
    {
        await using var keyhold = await KeyholdUnderTest.StartAsync();
        var cases = typeof(CoverageTests)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<CaseAttribute>())
            .ToLookup(covered => covered.Operation, covered => covered.Kind, StringComparer.Ordinal);
        var missing =
            from operation in keyhold.Parts.Operations.All
            from lack in Lacks(operation.Name, [.. cases[operation.Name], .. OperationSamples.CasesOf(operation.Name)])
            select $"{operation.Name}: {lack}";
        Assert.Empty(missing);
    }

    [Fact]
    public async Task Every_docs_page_belongs_to_an_operation_and_the_index_lists_it()
    {
        await using var keyhold = await KeyholdUnderTest.StartAsync();
        var operations = keyhold
            .Parts.Operations.All.Select(operation => operation.Name)
            .Order(StringComparer.Ordinal)
            .ToArray();
        var pages = Directory
            .GetFiles(Repository.PathOf("docs", "operations"), "*.md")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name != "README")
            .Order(StringComparer.Ordinal);
        Assert.Equal(operations, pages);
        var index = await File.ReadAllTextAsync(Repository.PathOf("docs", "operations", "README.md"));
        Assert.All(operations, name => Assert.Contains($"({name}.md)", index, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Lacks(string operation, CaseKind[] kinds)
    {
        if (!File.Exists(Repository.PathOf("docs", "operations", operation + ".md")))
        {
            yield return "no docs page";
        }

        foreach (var kind in Enum.GetValues<CaseKind>().Except(kinds))
        {
            yield return $"no {kind} case";
        }
    }
}
