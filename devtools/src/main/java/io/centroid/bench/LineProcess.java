package io.centroid.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.InputException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * A process that answers each JSON line on standard input with a JSON line. Its standard error is
 * inherited. It ends when its input ends or this JVM exits.
 */
public final class LineProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long END_SECONDS = 20;

  private final String name;
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader replies;
  private final Thread end;

  /**
   * Starts the process.
   *
   * @param name name of the process in messages
   */
  public LineProcess(String name, ProcessBuilder builder) {
    this.name = name;
    try {
      process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new InputException("cannot start " + name + ": " + e.getMessage(), e);
    }
    requests = process.outputWriter();
    replies = process.inputReader();
    // A signal that ends this process also ends the child process.
    end = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(end);
  }

  /**
   * Sends a request and waits for the reply.
   *
   * @throws InputException if the reply is {@code {"refused": ...}}
   * @throws IllegalStateException if the reply is {@code {"error": ...}} or the process ends
   */
  public <T> T ask(Object request, Class<T> answer) {
    try {
      requests.write(JSON.writeValueAsString(request));
      requests.newLine();
      requests.flush();
      String line = replies.readLine();
      if (line == null) {
        throw new IllegalStateException(name + " ended during the run of " + request);
      }
      JsonNode reply = JSON.readTree(line);
      if (reply.has("refused")) {
        throw new InputException(reply.get("refused").asText());
      }
      if (reply.has("error")) {
        throw new IllegalStateException(
            name + " failed during the run of " + request + ": " + reply.get("error").asText());
      }
      return JSON.treeToValue(reply, answer);
    } catch (IOException e) {
      throw new IllegalStateException(
          name + " sent an unreadable reply during the run of " + request + ": " + e.getMessage(),
          e);
    }
  }

  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException e) {
      // The process has already ended.
    }
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // This JVM is shutting down: the hook runs anyway.
    }
  }
}
