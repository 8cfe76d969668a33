using FsCheck;
using FsCheck.Fluent;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>Checks what must hold after every step of whatever chance comes up with; a failure names the steps and the seed.</summary>
internal static class HealthProperty
{
    /// <param name="instances">How many share the deployment.</param>
    /// <param name="length">Of each sequence.</param>
    /// <param name="beginCheck">Called once per sequence; what it returns, after every step.</param>
    /// <param name="end">Called after the last step.</param>
    public static void Holds(
        int instances, int length, Func<Action<HealthPlay, HealthStep>> beginCheck, Func<HealthPlay, Task>? end = null) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll(HealthStep.Sequences(instances, length).ToArbitrary(), async steps =>
            {
                using var play = new HealthPlay(instances);
                var check = beginCheck();
                foreach (var step in steps)
                {
                    await play.PlayAsync(step);
                    check(play, step);
                }

                await (end?.Invoke(play) ?? Task.CompletedTask);
            }));
}
