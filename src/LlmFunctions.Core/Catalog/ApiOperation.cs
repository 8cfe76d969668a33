namespace LlmFunctions.Core.Catalog;

/// <summary>What a caller asks a model to do.</summary>
public enum ApiOperation
{
    ChatCompletions,
    Completions,
    Responses,
    Embeddings,
    ImageGenerations,
    ImageEdits,
    ImageVariations,
    Transcriptions,
    Translations,
    Speech,
    Moderations,
    Messages,
    CountTokens,
}
