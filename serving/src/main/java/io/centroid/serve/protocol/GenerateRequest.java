package io.centroid.serve.protocol;

/**
 * A request for a text.
 *
 * @param prompt the text to go on with
 * @param temperature 0 takes the likeliest token
 * @param topK of the likeliest tokens; 0: of all
 * @param topP of the likeliest tokens that together have this probability
 */
public record GenerateRequest(
    String prompt, int maxTokens, double temperature, int topK, double topP, long seed) {}
