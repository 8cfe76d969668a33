namespace LlmFunctions.Manifests.Tests;

public sealed class Yaml11Tests
{
    [Theory]
    [InlineData("12")]
    [InlineData("-1_000")]
    [InlineData("0x1f")]
    [InlineData("1.5e3")]
    [InlineData("00:03:40")]
    [InlineData("2026-11-24")]
    [InlineData("No")]
    [InlineData("off")]
    [InlineData("")]
    public void IsNotAText_WhatKubectlReadsAsSomethingElse_Is(string value) => Assert.True(Yaml11.IsNotAText(value));

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("0.0.0.0")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("*/5 * * * * *")]
    [InlineData("nothing")]
    public void IsNotAText_OrdinaryTexts_AreNot(string value) => Assert.False(Yaml11.IsNotAText(value));
}
