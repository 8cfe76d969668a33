using System.Collections.Concurrent;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>Each in turn, one turn counter per model and tier. Thread-safe.</summary>
internal sealed class RoundRobinPolicy : ISelectionPolicy
{
    private readonly ConcurrentDictionary<(string Model, int Tier), Turn> _turns = new();

    public SelectionPolicyKind Kind => SelectionPolicyKind.RoundRobin;

    public void Order(Span<DeploymentState> available, string? stickyKey)
    {
        var first = available[0].Config;
        var turn = _turns.GetOrAdd((first.Id.Model, first.Tier), static _ => new()).Next();
        Rotate(available, (int)(turn % (uint)available.Length));
    }

    private static void Rotate(Span<DeploymentState> states, int by)
    {
        states[..by].Reverse();
        states[by..].Reverse();
        states.Reverse();
    }

    private sealed class Turn
    {
        private uint _count = uint.MaxValue;

        public uint Next() => Interlocked.Increment(ref _count);
    }
}
