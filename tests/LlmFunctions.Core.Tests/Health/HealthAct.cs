namespace LlmFunctions.Core.Tests.Health;

/// <summary>What may happen to a deployment.</summary>
internal enum HealthAct
{
    Begin,
    BeginProbe,
    LastResort,
    Fail,
    Succeed,
    Leave,
    Throttle,
    Probe,
    Refresh,
    Pass,
}
