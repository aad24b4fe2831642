package io.centroid.serve.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputException;
import io.centroid.serve.engine.ModelVersion;
import io.centroid.serve.engine.ServingMetrics;
import io.centroid.serve.engine.TextModel;
import io.centroid.serve.protocol.GenerateRequest;
import io.centroid.serve.protocol.GenerateRequestParser;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.RejectedRequestException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * {@code POST .../generate}, Triton's generate extension for language models. Generation is slow,
 * so it runs on its own thread pool.
 */
final class GenerateEndpoint implements AutoCloseable {
  private final GenerateRequestParser parser;
  private final ServingMetrics metrics;
  private final ThreadPoolExecutor threads;

  /**
   * @param texts number of texts generated in parallel; four times as many are queued
   */
  GenerateEndpoint(ServerSettings settings, ServingMetrics metrics, int texts) {
    parser = new GenerateRequestParser(settings.limits());
    this.metrics = metrics;
    threads =
        new ThreadPoolExecutor(
            texts,
            texts,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(4 * texts),
            task -> {
              Thread thread = new Thread(task, "centroid-generate");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Handles a complete body; releases the version after the response. */
  void generate(Exchange exchange, ModelVersion version, byte[] body, int length) {
    try {
      TextModel model =
          version
              .model()
              .text()
              .orElseThrow(
                  () ->
                      RejectedRequestException.malformed(
                          version.model().description().name()
                              + " is not a language model with a tokenizer; use infer"));
      GenerateRequest request = parser.parse(body, length);
      threads.execute(() -> run(exchange, version, model, request));
    } catch (RejectedExecutionException e) {
      version.release();
      throw new RejectedRequestException(
          503, "server busy (too many texts are being generated); retry later");
    } catch (RuntimeException e) {
      version.release();
      throw e;
    }
  }

  private void run(
      Exchange exchange, ModelVersion version, TextModel model, GenerateRequest request) {
    try {
      if (exchange.answered()) {
        return;
      }
      TextModel.GeneratedText text = model.generate(request, exchange::answered);
      metrics.generated(text.newTokens());
      ModelDescription description = version.model().description();
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("model_name", description.name());
      node.put("model_version", description.version());
      node.put("text_output", text.text());
      node.put("prompt_tokens", text.promptTokens());
      node.put("generated_tokens", text.newTokens());
      exchange.json(200, node.toString().getBytes(StandardCharsets.UTF_8));
    } catch (InputException e) {
      // The prompt is the client's: too long, or with unknown tokens.
      exchange.reject(RejectedRequestException.malformed(String.valueOf(e.getMessage())));
    } catch (RuntimeException | Error e) {
      exchange.reject(e);
    } finally {
      version.release();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
