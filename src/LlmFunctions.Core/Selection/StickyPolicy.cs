using System.IO.Hashing;
using System.Text;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>Rendezvous hashing: the same key goes to the same deployment on every instance, and when one leaves only its
/// keys move. Weighted as in "Weighted Rendezvous Hashing" (Schindelhauer and Schomaker): score = -weight / ln(hash).</summary>
internal sealed class StickyPolicy : ISelectionPolicy
{
    public SelectionPolicyKind Kind => SelectionPolicyKind.Sticky;

    public void Order(Span<DeploymentState> available, string? stickyKey)
    {
        Span<double> scores = available.Length <= 64 ? stackalloc double[available.Length] : new double[available.Length];
        for (var i = 0; i < available.Length; i++)
            scores[i] = -Score(stickyKey ?? "", available[i].Config);
        scores.Sort(available);
    }

    private static double Score(string key, DeploymentConfig deployment)
    {
        var hash = XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{key}\n{deployment.Id}"));
        var uniform = ((hash >> 11) + 0.5) / (1UL << 53);
        return -deployment.Weight / Math.Log(uniform);
    }
}
