using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Regions;

/// <summary>Lists the regions: the one that this Keyhold answers for.</summary>
internal sealed class DescribeRegions(Installation installation)
    : IOperation<DescribeRegions.Request, DescribeRegions.Response>
{
    public OperationInfo Info { get; } = new("DescribeRegions", Effect.Reads) { IsForEverybody = true };

    internal sealed record Request : IOperationRequest
    {
        public Resource Resource => Resource.None;
    }

    internal sealed record Response(string RegionId) : IAnswer
    {
        public void WriteTo(AnswerWriter answer) =>
            answer.Objects("Regions", "Region", [RegionId], static (region, id) => region.Text("RegionId", id));
    }

    public Request Parse(Parameters parameters) => new();

    public ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop) =>
        ValueTask.FromResult(new Response(installation.Region));
}
