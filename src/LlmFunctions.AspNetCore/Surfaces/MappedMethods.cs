using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace LlmFunctions.AspNetCore.Surfaces;

/// <summary>Which methods the endpoint table serves at a path; those that are mapped for any method say nothing.</summary>
internal sealed class MappedMethods
{
    private IEnumerable<EndpointDataSource> _table = [];
    private (TemplateMatcher Matcher, IReadOnlyList<string> Methods)[]? _mapped;

    /// <summary>Is read at the first request that leads nowhere.</summary>
    public void Use(IEnumerable<EndpointDataSource> table) => _table = table;

    /// <summary>In alphabetical order; empty when nothing is served there.</summary>
    public IReadOnlyList<string> At(string path)
    {
        _mapped ??= Read();
        return [.. _mapped.Where(one => one.Matcher.TryMatch(path, [])).SelectMany(one => one.Methods).Distinct().Order(StringComparer.Ordinal)];
    }

    private (TemplateMatcher Matcher, IReadOnlyList<string> Methods)[] Read() =>
    [
        .. from endpoint in _table.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
           let methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods
           where methods is { Count: > 0 }
           select (new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []), methods),
    ];
}
