using FsCheck;
using FsCheck.Fluent;

namespace LlmFunctions.Core.Tests;

/// <summary>Checks what must hold for whatever chance comes up with; a failure names the case and the seed that repeats it.</summary>
internal static class Property
{
    public static void Holds<T>(Gen<T> cases, Action<T> check, int times = 100) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(times),
            Prop.ForAll(cases.ToArbitrary(), one =>
            {
                check(one);
                return true;
            }));
}
