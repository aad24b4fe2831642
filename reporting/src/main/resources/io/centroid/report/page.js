// Draws the charts of the report from the data in the page.
(() => {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const root = document.documentElement;
  const HEIGHT = 240;
  const PRINTED_WIDTH = 320;
  const COLORS = 8;
  const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
  const LABELS = { step: 'step', examples: 'examples', seconds: 'training time (s)' };
  const POWERS = Array.from({ length: 50 }, (none, i) => 2 ** i);
  const plots = new Map();
  let axis = 'step';
  let printing = false;

  const color = name => getComputedStyle(root).getPropertyValue('--' + name).trim();
  const count = v => Math.abs(v) >= 1e6 ? +(v / 1e6).toPrecision(4) + 'M' : Math.abs(v) >= 1e4 ? +(v / 1e3).toPrecision(4) + 'k' : String(+v.toPrecision(4));
  const digits = v => Math.abs(v) >= 1e9 || (v !== 0 && Math.abs(v) < 1e-3)
    ? v.toExponential(2).replace(/\.?0+e/, 'e').replace('e+', 'e') : count(v);
  function bytes(v) {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    let i = 0;
    for (; Math.abs(v) >= 1024 && i < units.length - 1; i++) v /= 1024;
    return +v.toPrecision(3) + ' ' + units[i];
  }
  const seconds = v => v !== 0 && Math.abs(v) < 1 ? +(v * 1000).toPrecision(3) + ' ms' : +v.toPrecision(4) + ' s';
  const FORMATS = { bytes, seconds };

  // One table of points per series, joined on the chosen horizontal axis.
  function joined(chart) {
    const tables = chart.series.map(s => [data.tables[s.table].x[axis], data.tables[s.table].y[s.column]]);
    return tables.every(t => t[0] === tables[0][0])
      ? [tables[0][0], ...tables.map(t => t[1])] : uPlot.join(tables);
  }

  function stacked(values) {
    let sum = values[0].map(() => 0);
    return [values[0], ...values.slice(1).map(one => sum = sum.map((s, i) => s + (one[i] || 0)))];
  }

  // Logarithmic where the values are positive and span more than a factor of 30.
  function isWide(chart, values) {
    let least = Infinity, most = 0;
    for (const one of values.slice(1)) for (const v of one) {
      if (v === null || v === undefined) continue;
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
    return !chart.stacked && chart.unit === 'none' && least > 0 && most / least > 30;
  }

  // A logarithmic axis is a linear one of the values' powers of ten: uPlot labels no axis beyond 1e17.
  // Powers beyond 300 are drawn at 300, so that nothing overflows.
  const isMissing = v => v === null || v === undefined;
  const powers = values => [values[0], ...values.slice(1).map(one => Array.from(one, v => isMissing(v) ? v : Math.max(-300, Math.min(300, Math.log10(v)))))];
  const leading = (power, round) => {
    const unit = 10 ** Math.floor(power);
    return Math.log10(unit * round(+(10 ** power / unit).toPrecision(6)));
  };
  const POWER_RANGE = (u, min, max) => min === null ? [0, 1]
    : min === max ? [min - .5, max + .5] : [leading(min, Math.floor), leading(max, Math.ceil)];
  function powerSplits(u, i, min, max) {
    const span = max - min;
    const every = Math.max(1, Math.ceil(span / 6));
    const mantissas = span < .4 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : span <= 1 ? [1, 2, 3, 5, 7] : span <= 2 ? [1, 2, 5] : [1];
    const splits = [];
    for (let power = Math.floor(min / every) * every; power <= max; power += every) {
      splits.push(...mantissas.map(m => power + Math.log10(m)));
    }
    return splits.filter(v => v >= min - 1e-9 && v <= max + 1e-9);
  }

  function series(chart, s, raw, position) {
    const stroke = color('color' + s.color % COLORS);
    const filled = raw[position].filter(v => v !== null && v !== undefined).length;
    const format = FORMATS[chart.unit] || digits;
    return {
      label: s.label, stroke, width: 1.5, spanGaps: false,
      dash: DASHES[Math.floor(s.color / COLORS) % DASHES.length],
      fill: chart.stacked ? stroke + '55' : undefined,
      points: { show: filled <= 40, size: 5, fill: stroke },
      value: (u, v, i, at) => at === null || at === undefined || raw[i][at] === null || raw[i][at] === undefined
        ? '–' : format(raw[i][at]),
    };
  }

  function draw(chart) {
    const box = document.getElementById(chart.id);
    if (plots.has(chart.id)) plots.get(chart.id).destroy();
    const raw = joined(chart);
    const wide = isWide(chart, raw);
    const values = wide ? powers(raw) : chart.stacked ? stacked(raw) : raw;
    const line = { stroke: color('quiet'), grid: { stroke: color('grid'), width: 1 }, ticks: { stroke: color('grid'), width: 1 },
      font: '12px system-ui, sans-serif' };
    const format = FORMATS[chart.unit] || digits;
    const bands = chart.stacked
      ? chart.series.slice(1).map((s, i) => ({ series: [i + 2, i + 1] })) : undefined;
    plots.set(chart.id, new uPlot({
      width: printing ? PRINTED_WIDTH : box.clientWidth, height: HEIGHT, bands,
      cursor: { drag: { x: true, y: false } },
      scales: {
        x: { time: false },
        y: { range: wide ? POWER_RANGE : chart.stacked ? (u, a, b) => [0, b || 1] : undefined },
      },
      axes: [
        { ...line, label: LABELS[axis], labelSize: 18, labelFont: '12px system-ui, sans-serif', size: 34,
          values: (u, ticks) => ticks.map(v => v === null ? '' : count(v)) },
        { ...line, size: 72, incrs: chart.unit === 'bytes' ? POWERS : undefined, splits: wide ? powerSplits : undefined,
          values: (u, ticks) => ticks.map(v => v === null ? '' : format(wide ? +(10 ** v).toPrecision(3) : v)) },
      ],
      series: [
        { label: LABELS[axis], value: (u, v) => v === null || v === undefined ? '–' : String(+v.toPrecision(8)) },
        ...chart.series.map((s, i) => series(chart, s, raw, i + 1)),
      ],
    }, values, box));
  }

  const drawAll = () => data.charts.forEach(draw);

  for (const button of document.querySelectorAll('[data-axis]')) {
    button.addEventListener('click', () => {
      axis = button.dataset.axis;
      for (const other of document.querySelectorAll('[data-axis]')) {
        other.setAttribute('aria-pressed', String(other === button));
      }
      drawAll();
    });
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  function print(on) {
    printing = on;
    root.classList.toggle('printing', on);
    drawAll();
  }
  addEventListener('beforeprint', () => print(true));
  addEventListener('afterprint', () => print(false));
  drawAll();
  const sizes = new ResizeObserver(entries => {
    if (printing) return;
    for (const entry of entries) {
      const plot = plots.get(entry.target.id);
      const width = Math.floor(entry.contentRect.width);
      if (plot && width > 0 && plot.width !== width) plot.setSize({ width, height: HEIGHT });
    }
  });
  data.charts.forEach(chart => sizes.observe(document.getElementById(chart.id)));
})();
