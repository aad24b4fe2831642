package io.centroid.serve.protocol;

/**
 * A text generation request.
 *
 * @param prompt text to continue
 * @param maxTokens maximum number of generated tokens
 * @param temperature sampling temperature; 0 for greedy decoding
 * @param topK number of most probable tokens to sample from; 0 for all
 * @param topP cumulative probability of the tokens to sample from (nucleus sampling)
 * @param seed sampling seed
 */
public record GenerateRequest(
    String prompt, int maxTokens, double temperature, int topK, double topP, long seed) {}
