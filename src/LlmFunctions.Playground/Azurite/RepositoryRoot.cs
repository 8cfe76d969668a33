namespace LlmFunctions.Playground;

internal static class RepositoryRoot
{
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LlmFunctions.sln")))
                return folder.FullName;
        }

        return Directory.GetCurrentDirectory();
    }
}
