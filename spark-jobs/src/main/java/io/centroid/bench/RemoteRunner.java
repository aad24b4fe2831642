package io.centroid.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.InputException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Runs turns in a process of its own, which reads an {@link Entrant} a line and answers each with a
 * {@link Turn}, both as JSON. What it prints on standard error goes to ours.
 */
public final class RemoteRunner implements TurnRunner {
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
   * @param name of the contestant, for messages
   */
  public RemoteRunner(String name, ProcessBuilder builder) {
    this.name = name;
    try {
      process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new InputException("cannot start " + name + ": " + e.getMessage(), e);
    }
    requests = process.outputWriter();
    replies = process.inputReader();
    // A signal that ends this process ends the contestant too.
    end = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(end);
  }

  @Override
  public Turn run(Entrant entrant) {
    try {
      requests.write(JSON.writeValueAsString(entrant));
      requests.newLine();
      requests.flush();
      String line = replies.readLine();
      if (line == null) {
        throw new IllegalStateException(name + " ended in the turn of " + entrant);
      }
      JsonNode reply = JSON.readTree(line);
      if (reply.has("refused")) {
        throw new InputException(reply.get("refused").asText());
      }
      if (reply.has("error")) {
        throw new IllegalStateException(
            name + " failed in the turn of " + entrant + ": " + reply.get("error").asText());
      }
      return JSON.treeToValue(reply, Turn.class);
    } catch (IOException e) {
      throw new IllegalStateException(
          name + " cannot be understood in the turn of " + entrant + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException e) {
      // It has ended already.
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
      // This JVM is ending: the hook runs anyway.
    }
  }
}
