package io.centroid.spark.session;

import static org.assertj.core.api.Assertions.assertThat;

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
  private int port;

  private static final String URL = "spark://127.0.0.1:7077";

  /** JSON of Spark 3.5, without unused fields. */
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

  @Test
  void describesWorkersAndRunningApplications() throws IOException {
    assertThat(described(JSON, URL))
        .isEqualTo(
            URL
                + " has 2 Worker(s) with at most 4 core(s), 8192 MiB and 2 GPU(s), currently free 4"
                + " core(s), 2048 MiB and 0 GPU(s), in use by 'first'; see "
                + page());
  }

  @Test
  void reportsThatNoWorkerIsAlive() throws IOException {
    assertThat(
            described(
                "{\"url\": \"spark://127.0.0.1:7077\", \"status\": \"ALIVE\", \"workers\": []}",
                URL))
        .startsWith(URL + " has 0 Worker(s) with at most 0 core(s), ")
        .endsWith("; see " + page());
  }

  @ParameterizedTest
  @CsvSource({
    "'spark://127.0.0.2:7077,127.0.0.1:7077', true",
    "spark://127.0.0.1:7077, true",
    "spark://127.0.0.1:7078, false",
  })
  void usesOnlyTheAddressedMaster(String masters, boolean meant) throws IOException {
    String described = described(JSON, masters);
    if (meant) {
      assertThat(described).startsWith(URL + " has 2 Worker(s)");
    } else {
      assertThat(described)
          .isEqualTo(
              "the Workers' resources and logs are in the Master's web UI, "
                  + page()
                  + " (another port: spark.master.ui.port)");
    }
  }

  @Test
  void givesTheUrlOfAnUnresponsiveMaster() {
    assertThat(MasterPage.described(conf(URL, 1)))
        .contains("are in the Master's web UI, http://127.0.0.1:1 (");
  }

  private String page() {
    return "http://127.0.0.1:" + port;
  }

  private String described(String json, String masters) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/json/",
        exchange -> {
          byte[] body = json.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      port = server.getAddress().getPort();
      return MasterPage.described(conf(masters, port));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void describesTheRequestedResources() {
    SparkConf conf = new SparkConf(false).set("spark.task.cpus", "2");
    assertThat(StartFailure.request(conf))
        .isEqualTo("2 core(s), 1024 MiB and 0 GPU(s) per executor");
    conf.set("spark.executor.cores", "4")
        .set("spark.executor.memory", "3g")
        .set("spark.executor.resource.gpu.amount", "1")
        .set("spark.cores.max", "8");
    assertThat(StartFailure.request(conf))
        .isEqualTo("4 core(s), 3072 MiB and 1 GPU(s) per executor, 8 core(s) in total");
  }

  private static SparkConf conf(String master, int port) {
    return new SparkConf(false)
        .set("spark.master", master)
        .set("spark.master.ui.port", Integer.toString(port));
  }
}
