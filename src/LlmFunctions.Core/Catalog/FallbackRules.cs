namespace LlmFunctions.Core.Catalog;

/// <summary>What <c>fallbackModels</c> may name: other models of the catalog, and never in a circle.</summary>
internal static class FallbackRules
{
    public static void Check(IReadOnlyList<ModelConfig> models, List<CatalogError> errors)
    {
        var byName = models.ToDictionary(m => m.Name, StringComparer.Ordinal);
        foreach (var model in models)
        {
            foreach (var name in model.FallbackModels)
            {
                if (name == model.Name)
                    errors.Add(new(KeyOf(model.Name), "names the model itself."));
                else if (!byName.ContainsKey(name))
                    errors.Add(new(KeyOf(model.Name), $"names '{name}', which is no model of this catalog{NearestName.Suggest(name, byName.Keys)}"));
            }
        }
        var finished = new HashSet<string>(StringComparer.Ordinal);
        foreach (var model in models)
            Walk(model, byName, finished, errors);
    }

    // Depth first, without recursion: a long chain of models must not end the process.
    private static void Walk(
        ModelConfig start, Dictionary<string, ModelConfig> byName, HashSet<string> finished, List<CatalogError> errors)
    {
        var path = new List<(ModelConfig Model, int Next)>();
        if (!finished.Contains(start.Name))
            path.Add((start, 0));
        while (path.Count > 0)
        {
            var (model, next) = path[^1];
            if (next == model.FallbackModels.Count)
            {
                finished.Add(model.Name);
                path.RemoveAt(path.Count - 1);
                continue;
            }
            path[^1] = (model, next + 1);
            var name = model.FallbackModels[next];
            if (name == model.Name || finished.Contains(name) || !byName.TryGetValue(name, out var fallback))
                continue;
            var at = path.FindIndex(p => p.Model.Name == name);
            if (at < 0)
                path.Add((fallback, 0));
            else
                errors.Add(new(KeyOf(name), $"is a circle: {string.Join(" → ", path.Skip(at).Select(p => p.Model.Name).Append(name))}."));
        }
    }

    private static string KeyOf(string model) => $"models.{model}.fallbackModels";
}
