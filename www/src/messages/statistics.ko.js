// The words of the panel of statistics, in Korean.

/** @type {Record<string, string>} */
export const words = {
  'statistics.running': '실행이 끝나면 수치가 나옵니다.',
  'statistics.verdict.none':
    'DISPATCH_LEVEL보다 높은 ISR이나 DISPATCH_LEVEL의 DPC 가운데 끝까지 실행된 것이 없습니다.',
  'statistics.verdict.good':
    'DISPATCH_LEVEL보다 높은 ISR은 모두 자체 시간이 {isr} 이하이고, DISPATCH_LEVEL의 DPC는 모두 {dpc} 이하입니다. 드라이버 지침을 지킵니다.',
  'statistics.verdict.over.isr': '{name}의 ISR: 자체 시간 {own}. 지침은 최대 {limit}입니다.',
  'statistics.verdict.over.dpc': 'DPC {name}: 자체 시간 {own}. 지침은 최대 {limit}입니다.',
  'statistics.verdict.storm':
    'CPU {cpu}: 실행 시간의 {share} %를 ISR과 DPC에 썼습니다. 스레드 몫은 {threads} %입니다.',
  'statistics.verdict.unfinished.isr':
    '{name}의 ISR: 자체 시간 {own}이 지나도록 반환하지 않은 채 실행이 끝났습니다. 지침은 최대 {limit}입니다.',
  'statistics.verdict.unfinished.dpc':
    'DPC {name}: 자체 시간 {own}이 지나도록 반환하지 않은 채 실행이 끝났습니다. 지침은 최대 {limit}입니다.',
  'statistics.verdict.unfinished':
    '실행이 끝날 때 반환하지 않은 루틴: {names}. 얼마나 걸리는지 알 수 없으므로 표에 넣지 않았습니다.',
  'statistics.show': '보기',
  'statistics.goTo': '그곳으로 이동',
  'statistics.times': '실행 시간과 지연 시간',
  'statistics.column.routine': '루틴',
  'statistics.column.count': '횟수',
  'statistics.column.median': '중앙값',
  'statistics.column.p99': '99 %',
  'statistics.column.max': '최대',
  'statistics.own': '자체 {time}',
  'statistics.measure.isr': 'ISR: 진입에서 반환까지',
  'statistics.measure.dpc': 'DPC: 시작에서 반환까지',
  'statistics.measure.passiveIsr': '스레드의 ISR(PASSIVE_LEVEL): 진입에서 반환까지',
  'statistics.measure.threadedDpc': '스레드 DPC(PASSIVE_LEVEL): 시작에서 반환까지',
  'statistics.measure.toIsr': '인터럽트 → ISR: 요청에서 진입까지',
  'statistics.measure.toDpc': '인터럽트 → DPC: 요청에서 시작까지',
  'statistics.measure.toThread': 'DPC 또는 타이머 만료 → 스레드: 준비됨에서 실행까지',
  'statistics.short.isr': 'ISR',
  'statistics.short.dpc': 'DPC',
  'statistics.short.passiveIsr': 'PASSIVE_LEVEL ISR',
  'statistics.short.threadedDpc': '스레드 DPC',
  'statistics.short.toIsr': '인터럽트 → ISR',
  'statistics.short.toDpc': '인터럽트 → DPC',
  'statistics.short.toThread': 'DPC → 스레드',
  'statistics.note':
    '실행 시간에는 그동안 루틴을 중단시킨 것도 들어갑니다. “자체”는 그것을 뺀 시간입니다. 지침은 프로세서를 그 레벨에서 붙잡아 두는 루틴의 자체 시간에 대한 것이며, 스레드에서 실행되는 루틴은 해당되지 않습니다. 실행이 끝날 때 반환하지 않은 루틴은 표에 없습니다.',
  'statistics.histograms': '시간대별 빈도',
  'statistics.histogramNote':
    '점선: LatencyMon 구간의 경계, {first}~{last}. 빨간 선: 지침. 삼각형은 최댓값이며, 누르면 이동합니다.',
  'statistics.buckets': 'LatencyMon 구간별 횟수',
  'statistics.load': '프로세서 시간의 쓰임',
  'statistics.rate': '인터럽트, {time}에 최대 {count}회',
  'statistics.use.isr': 'ISR',
  'statistics.use.dpc': 'DPC',
  'statistics.use.thread': '스레드',
  'statistics.use.idle': 'Idle',
  'statistics.ran': '실행한 시간',
  'statistics.share': '전체 대비',
};
