// The words of the help dialog, in Korean.

/** @type {Record<string, string>} */
export const words = {
  'help.title': '단축키',
  'help.note': '글을 쓰고 있지 않을 때는 어디서나 쓸 수 있습니다. Escape 키로 편집기에서 나갑니다.',
  'help.play': '재생 또는 일시 정지',
  'help.step': '한 단계 뒤로, 앞으로',
  'help.jump': '이전 또는 다음 중요한 단계로',
  'help.ends': '처음으로, 끝으로',
  'help.speed': '느리게, 빠르게',
  'help.pace': '단계별로 또는 실제 시간 비율로',
  'help.cause': '원인으로, 결과로',
  'help.zoom': '타임라인 확대와 이동',
  'help.fit': '타임라인에 전체 실행 보기',
  'help.panels': '흐름, 타임라인, 코드, 로그, 통계, 검사',
  'help.share': '공유, 저장, 파일 열기',
  'help.help': '이 목록',
  'help.escape': '편집기에서 나가기, 대화 상자 닫기',
  'help.format': '텍스트 정렬',
  'help.legend': '기호',
  'legend.thread': '스레드: 무늬 없음',
  'legend.isr': 'ISR: 모서리가 파인 꽉 찬 상자',
  'legend.dpc': 'DPC: 둥근 상자',
  'legend.kernelApc': '커널 APC: 위쪽 탭',
  'legend.userApc': '유저 APC: 위쪽 탭, 테두리만',
  'legend.spin': '스핀 또는 막힘: 빗금',
  'term.IRQL':
    '인터럽트 요청 레벨(IRQL): 프로세서가 지금 실행하는 코드가 얼마나 급한지를 나타냅니다. 이보다 높지 않은 것은 모두 기다립니다.',
  'term.ISR': '인터럽트 서비스 루틴(ISR): 디바이스가 인터럽트하면 곧바로 실행됩니다. 짧아야 합니다.',
  'term.DPC':
    '지연 프로시저 호출(DPC): ISR이 IRQL이 2로 내려갈 때까지 미뤄 둔 일입니다. 프로세서에 속합니다.',
  'term.APC': '비동기 프로시저 호출(APC): 정해진 스레드가 자기 컨텍스트에서 해야 하는 일입니다.',
};
