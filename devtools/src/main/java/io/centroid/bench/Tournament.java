package io.centroid.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Entrants take turns: some to warm up, then those that count, every other one in the opposite
 * order, so that neither what disturbs the machine for a while nor an entrant's neighbors favor
 * one.
 *
 * @param warmUps turns of each entrant that do not count
 * @param turns turns of each entrant that count
 * @param progress hears one line a turn
 */
public record Tournament(int warmUps, int turns, Consumer<String> progress) {
  /**
   * Runs all turns; the standings are in the order of the entrants.
   *
   * @param runners finds the runner that a contestant runs on
   */
  public List<Standing> run(List<Entrant> entrants, Function<Contestant, TurnRunner> runners) {
    List<List<Turn>> all =
        entrants.stream().map(entrant -> (List<Turn>) new ArrayList<Turn>()).toList();
    for (int turn = 0; turn < warmUps + turns; turn++) {
      for (int place = 0; place < entrants.size(); place++) {
        int index = turn % 2 == 0 ? place : entrants.size() - 1 - place;
        Entrant entrant = entrants.get(index);
        Turn done = runners.apply(entrant.contestant()).run(entrant);
        progress.accept(line(turn, place, entrants.size(), entrant, done));
        if (turn >= warmUps) {
          all.get(index).add(done);
        }
      }
    }
    return IntStream.range(0, entrants.size())
        .mapToObj(index -> new Standing(entrants.get(index), all.get(index)))
        .toList();
  }

  private String line(int turn, int place, int places, Entrant entrant, Turn done) {
    return String.format(
        Locale.ROOT,
        "%s, %d of %d: %s: %,.0f examples/s",
        turn < warmUps ? "warm-up " + (turn + 1) : "turn " + (turn - warmUps + 1) + " of " + turns,
        place + 1,
        places,
        entrant,
        done.rate());
  }
}
