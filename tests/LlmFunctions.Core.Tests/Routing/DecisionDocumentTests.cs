using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

public sealed partial class DecisionDocumentTests
{
    /// <summary>The page for operators shows every member, in its order, and no other.</summary>
    [Fact]
    public void Write_Decision_HasTheMembersOfThePagesSample()
    {
        var decision = Requests.Decide("req_1", "east:timeout", "west:200");
        var written = JsonNode.Parse(DecisionDocument.Write(decision, RequestEnd.Of(Requests.Answered(decision)), DateTimeOffset.UnixEpoch))!;
        var sample = JsonNode.Parse(Sample().Match(File.ReadAllText(Path.Combine(Root(), "docs", "operate.md"))).Groups[1].Value)!;

        Assert.Equal(Members(sample), Members(written));
        Assert.Equal(Members(sample["candidates"]![0]!), Members(written["candidates"]![0]!));
        Assert.Equal(Members(sample["attempts"]![0]!), Members(written["attempts"]![0]!));
    }

    private static IEnumerable<string> Members(JsonNode node) => node.AsObject().Select(member => member.Key);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LlmFunctions.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("LlmFunctions.sln is in no folder above the tests.");
        return folder.FullName;
    }

    [GeneratedRegex("```json\n(\\{\n  \"requestId\".+?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();
}
