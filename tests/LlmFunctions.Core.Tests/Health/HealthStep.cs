using FsCheck;
using FsCheck.Fluent;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>Something that happens to a deployment.</summary>
/// <param name="Act">What.</param>
/// <param name="Instance">On which instance.</param>
/// <param name="Pick">Which of the attempts in flight, which kind of failure, how long.</param>
internal sealed record HealthStep(HealthAct Act, int Instance, int Pick)
{
    /// <summary>Sequences in which attempts begin and end often enough for circuits to open, half-open and close.</summary>
    public static Gen<List<HealthStep>> Sequences(int instances, int length) =>
        Gen.Frequency(
                (6, Gen.Constant(HealthAct.Begin)), (4, Gen.Constant(HealthAct.Fail)), (3, Gen.Constant(HealthAct.Succeed)),
                (1, Gen.Constant(HealthAct.Leave)), (1, Gen.Constant(HealthAct.Throttle)), (1, Gen.Constant(HealthAct.LastResort)),
                (1, Gen.Constant(HealthAct.BeginProbe)), (1, Gen.Constant(HealthAct.Probe)), (2, Gen.Constant(HealthAct.Refresh)),
                (4, Gen.Constant(HealthAct.Pass)))
            .SelectMany(act => Gen.Choose(0, instances - 1).SelectMany(instance => Gen.Choose(0, 999).Select(pick => new HealthStep(act, instance, pick))))
            .ListOf(length);
}
