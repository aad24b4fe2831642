package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasterPageTest {
  private static final String URL = "spark://127.0.0.1:7077";

  /** As Spark 3.5 writes it, without what is not read. */
  private static final String JSON =
      """
      {"url": "spark://127.0.0.1:7077", "status": "ALIVE",
       "workers": [
        {"state": "ALIVE", "cores": 4, "coresfree": 4, "memory": 2048, "memoryfree": 2048,
         "resources": {}, "resourcesfree": {}},
        {"state": "ALIVE", "cores": 2, "coresfree": 0, "memory": 8192, "memoryfree": 1024,
         "resources": {"gpu": {"name": "gpu", "addresses": ["0", "1"]}},
         "resourcesfree": {"gpu": {"name": "gpu", "addresses": []}}},
        {"state": "DEAD", "cores": 64, "coresfree": 64, "memory": 65536, "memoryfree": 65536,
         "resources": {}, "resourcesfree": {}}],
       "activeapps": [
        {"name": "first", "cores": 2}, {"name": "ours", "cores": 0}]}
      """;

  @ParameterizedTest
  @CsvSource({
    "1, 1024, 3, 8, no Worker has enough GPUs (spark.executor.resource.gpu.amount)",
    "1, 9000, 0, 8, no Worker has enough memory (spark.executor.memory)",
    "5, 9000, 0, 8, no Worker has enough memory (spark.executor.memory) and cores",
    "4, 1024, 0, 3, an executor of so many cores is more than spark.cores.max",
    "4, 4096, 0, 8, no Worker has all of it at once",
    "1, 4096, 1, 8, taken by other applications: 'first'",
    "1, 1024, 0, 8, 'there is room, so executors do not start or do not reach this driver'",
  })
  void saysWhatIsMissing(int cores, long megabytes, long gpus, int mostCores, String reason)
      throws IOException {
    MasterPage page = new MasterPage(URL, new ObjectMapper().readTree(JSON));
    assertThat(page.shortfall(new ExecutorRequest(cores, megabytes, gpus, mostCores)))
        .startsWith(
            URL
                + " has 2 Worker(s) of at most 4 core(s), 8192 MiB and 2 GPU(s), free now 4"
                + " core(s), 2048 MiB and 0 GPU(s): ")
        .contains(reason);
  }

  @Test
  void saysThatNoWorkerIsAlive() throws IOException {
    MasterPage page = new MasterPage(URL, new ObjectMapper().readTree("{\"workers\": []}"));
    assertThat(page.shortfall(new ExecutorRequest(1, 1024, 0, 1)))
        .isEqualTo(URL + " has no Worker that is alive");
  }

  @Test
  void believesTheMasterAloneThatIsMeant() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/json/",
        exchange -> {
          byte[] body = JSON.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      int port = server.getAddress().getPort();
      assertThat(MasterPage.of(conf("spark://127.0.0.2:7077,127.0.0.1:7077", port)))
          .hasValueSatisfying(page -> assertThat(page.url()).isEqualTo(URL));
      assertThat(MasterPage.of(conf("spark://127.0.0.1:7078", port))).isEmpty();
      assertThat(MasterPage.of(conf("yarn", port))).isEmpty();
    } finally {
      server.stop(0);
    }
    assertThat(MasterPage.of(conf(URL, 1))).isEmpty();
  }

  @Test
  void readsWhatAJobAsksFor() {
    SparkConf conf = new SparkConf(false).set("spark.task.cpus", "2");
    assertThat(ExecutorRequest.of(conf))
        .isEqualTo(new ExecutorRequest(2, 1024, 0, Integer.MAX_VALUE));
    conf.set("spark.executor.cores", "4")
        .set("spark.executor.memory", "3g")
        .set("spark.executor.resource.gpu.amount", "1")
        .set("spark.cores.max", "8");
    assertThat(ExecutorRequest.of(conf)).isEqualTo(new ExecutorRequest(4, 3072, 1, 8));
    assertThat(ExecutorRequest.of(conf))
        .hasToString("4 core(s), 3072 MiB and 1 GPU(s) for each executor, 8 core(s) in all");
  }

  private static SparkConf conf(String master, int port) {
    return new SparkConf(false)
        .set("spark.master", master)
        .set("spark.master.ui.port", Integer.toString(port));
  }
}
