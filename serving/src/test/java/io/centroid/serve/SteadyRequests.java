package io.centroid.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A client that sends requests continuously and records failures. */
public final class SteadyRequests implements AutoCloseable {
  private final ServerUnderTest server;
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread = new Thread(this::sendRequests, "steady-requests");
  private volatile boolean stopped;
  private volatile long answered;
  private volatile String version = "";

  private SteadyRequests(ServerUnderTest server) {
    this.server = server;
  }

  /** Starts sending requests. */
  public static SteadyRequests to(ServerUnderTest server) {
    SteadyRequests requests = new SteadyRequests(server);
    requests.thread.start();
    return requests;
  }

  private void sendRequests() {
    while (!stopped) {
      long start = System.nanoTime();
      try {
        HttpResponse<String> answer = server.infer(128);
        if (answer.statusCode() == 200) {
          version = ServerUnderTest.json(answer).path("model_version").asText();
          answered++;
        } else {
          failures.add(at(start) + answer.statusCode() + " " + answer.body());
        }
      } catch (IOException e) {
        failures.add(at(start) + e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private String at(long start) {
    return "request " + answered + " after " + (System.nanoTime() - start) / 1_000_000 + " ms: ";
  }

  /** The version of the last response; empty before the first response. */
  public String version() {
    return version;
  }

  /** Stops, and requires that no request failed. */
  public void requireNoFailure() throws InterruptedException {
    stopped = true;
    thread.join();
    assertThat(failures).isEmpty();
    assertThat(answered).isGreaterThan(100);
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
