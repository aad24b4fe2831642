package io.centroid.bench;

import io.centroid.memory.PeakMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All turns of an entrant, in order, warm-up left out. */
public record Standing(Entrant entrant, List<Turn> turns) {

  public Standing {
    turns = List.copyOf(turns);
  }

  /** Examples a second of each turn. */
  public List<Double> rates() {
    return turns.stream().map(Turn::rate).toList();
  }

  public Spread rate() {
    return Spread.of(rates());
  }

  public double roundMillis() {
    return Spread.of(turns.stream().map(Turn::roundMillis).toList()).median();
  }

  /** Median of each part of a round, in the order in which the contestant names them. */
  public Map<String, Double> partMillis() {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (Turn turn : turns) {
      turn.partMillis()
          .forEach((name, part) -> values.computeIfAbsent(name, n -> new ArrayList<>()).add(part));
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    values.forEach((name, parts) -> medians.put(name, Spread.of(parts).median()));
    return medians;
  }

  public PeakMemory memory() {
    return turns.stream().map(Turn::memory).reduce(PeakMemory.UNKNOWN, PeakMemory::or);
  }

  public long parameters() {
    return turns.get(0).parameters();
  }

  public int steps() {
    return turns.stream().mapToInt(Turn::steps).max().orElse(0);
  }

  public @Nullable Long bytesUp() {
    return turns.get(0).bytesUp();
  }

  public @Nullable Long bytesDown() {
    return turns.get(0).bytesDown();
  }
}
