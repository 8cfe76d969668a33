using System.Collections.Concurrent;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>Each in turn, one turn counter per model and tier. Thread-safe.</summary>
internal sealed class RoundRobinPolicy : ISelectionPolicy
{
    private readonly ConcurrentDictionary<(string Model, int Tier), Turn> _turns = new();

    public SelectionPolicyKind Kind => SelectionPolicyKind.RoundRobin;

    public ISelectionPolicy DryRun => new Peek(this);

    public void Order(Span<DeploymentState> available, string? stickyKey) => Rotate(available, TurnOf(available).Take());

    private Turn TurnOf(Span<DeploymentState> available)
    {
        var first = available[0].Config;
        return _turns.GetOrAdd((first.Id.Model, first.Tier), static _ => new());
    }

    private static void Rotate(Span<DeploymentState> states, uint turn)
    {
        var by = (int)(turn % (uint)states.Length);
        states[..by].Reverse();
        states[by..].Reverse();
        states.Reverse();
    }

    private sealed class Turn
    {
        private uint _next;

        public uint Next => Volatile.Read(ref _next);

        public uint Take() => Interlocked.Increment(ref _next) - 1;
    }

    private sealed class Peek(RoundRobinPolicy policy) : ISelectionPolicy
    {
        public SelectionPolicyKind Kind => policy.Kind;

        public void Order(Span<DeploymentState> available, string? stickyKey) => Rotate(available, policy.TurnOf(available).Next);
    }
}
