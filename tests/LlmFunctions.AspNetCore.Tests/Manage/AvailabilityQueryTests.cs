using LlmFunctions.AspNetCore.Manage;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Tests.Manage;

public sealed class AvailabilityQueryTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 12, 5, 6, 7, TimeSpan.Zero);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    [Fact]
    public void Read_Nothing_IsTheLastDayInJson() => Assert.Equal(new AvailabilityQuery(Now.AddDays(-1), Now, false, false), Read("").Query);

    [Fact]
    public void Read_OnlyTheEnd_IsTheDayBeforeIt() =>
        Assert.Equal(new AvailabilityQuery(new(2026, 3, 3, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero), false, false), Read("?to=2026-03-04").Query);

    [Fact]
    public void Read_EndInTheFuture_IsNow() => Assert.Equal(Now, Read("?from=2026-03-01&to=2026-04-01").Query?.To);

    [Theory]
    [InlineData("2026-03-04", "2026-03-04T00:00:00Z")]
    [InlineData("2026-03-04T05:06", "2026-03-04T05:06:00Z")]
    [InlineData("2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z")]
    [InlineData("2026-03-04T05:06:07.25%2B02:00", "2026-03-04T03:06:07.25Z")]
    public void Read_TimesInAnyOfTheForms_AreUtcWithoutAnOffset(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Read($"?from={text}").Query?.From);

    [Theory]
    [InlineData("?from=yesterday", "from")]
    [InlineData("?from=", "from")]
    [InlineData("?from=2026-13-01", "from")]
    [InlineData("?from=2026-03-01&from=2026-03-02", "from")]
    [InlineData("?from=04.03.2026", "from")]
    [InlineData("?from=2026-03-04T05:06:07+01:00", "from")]
    [InlineData("?to=12", "to")]
    [InlineData("?from=2026-03-04&to=2026-03-04", "from")]
    [InlineData("?from=2026-03-05&to=2026-03-04", "from")]
    [InlineData("?from=2026-03-13", "from")]
    [InlineData("?from=2025-02-01", "from")]
    [InlineData("?to=0001-01-01", "from")]
    [InlineData("?from=0001-01-01&to=0001-01-02", "from")]
    [InlineData("?by=week", "by")]
    [InlineData("?from=2026-01-01&by=hour", "by")]
    [InlineData("?format=xml", "format")]
    [InlineData("?form=2026-03-04", "form")]
    public void Read_WhatCannotBeRead_IsA400ThatNamesIt(string query, string parameter)
    {
        var (read, error) = Read(query);
        Assert.Null(read);
        Assert.Equal((400, "invalid_parameter", parameter), (error!.Status, error.Code, error.Parameter));
    }

    [Theory]
    [InlineData("", null, false)]
    [InlineData("", "*/*", false)]
    [InlineData("", "text/csv", true)]
    [InlineData("", "Text/CSV; q=0.9, application/json; q=0.3", true)]
    [InlineData("", "text/csv;q=0.2, application/json", false)]
    [InlineData("", "nonsense", false)]
    [InlineData("?format=csv", "application/json", true)]
    [InlineData("?format=json", "text/csv", false)]
    public void Read_Format_IsTheParametersAndElseTheHeaders(string query, string? accept, bool isCsv) => Assert.Equal(isCsv, Read(query, accept).Query?.IsCsv);

    private static (AvailabilityQuery? Query, RouterError? Error) Read(string query, string? accept = null)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new(query);
        if (accept is not null)
            context.Request.Headers.Accept = accept;
        return AvailabilityQuery.Read(context.Request, Now, Kept);
    }
}
