package io.centroid.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A client that asks a server without a pause, and remembers what it was answered. */
public final class SteadyRequests implements AutoCloseable {
  private final ServerUnderTest server;
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final Thread asking = new Thread(this::ask, "steady-requests");
  private volatile boolean ends;
  private volatile long answered;
  private volatile String version = "";

  private SteadyRequests(ServerUnderTest server) {
    this.server = server;
  }

  /** Begins to ask. */
  public static SteadyRequests to(ServerUnderTest server) {
    SteadyRequests requests = new SteadyRequests(server);
    requests.asking.start();
    return requests;
  }

  private void ask() {
    while (!ends) {
      try {
        HttpResponse<String> answer = server.infer(128);
        if (answer.statusCode() == 200) {
          version = ServerUnderTest.json(answer).path("model_version").asText();
          answered++;
        } else {
          failures.add(answer.statusCode() + " " + answer.body());
        }
      } catch (IOException e) {
        failures.add(e.toString());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** The version that answered last; empty before the first answer. */
  public String version() {
    return version;
  }

  /** Ends, and tells whether every request was answered well. */
  public void requireNoFailure() throws InterruptedException {
    ends = true;
    asking.join();
    assertThat(failures).isEmpty();
    assertThat(answered).isGreaterThan(100);
  }

  @Override
  public void close() throws InterruptedException {
    ends = true;
    asking.join();
  }
}
