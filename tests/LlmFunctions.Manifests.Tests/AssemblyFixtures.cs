using LlmFunctions.Testing;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
