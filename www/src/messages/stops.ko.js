// 기계가 멈추는 까닭. Keys as in stops.en.js.

/** @type {Record<string, string>} */
export const stops = {
  'bugcheck.BC-4.did':
    '코드가 스스로 KeBugCheckEx를 호출했습니다. 있어서는 안 될 상태를 보고 기계를 멈추기로 한 것입니다.',
  'bugcheck.BC-4.why':
    '드라이버나 커널의 데이터를 더는 믿을 수 없다면, 한 걸음 더 갈 때마다 손상이 디스크로 번질 수 있습니다. 멈추는 편이 손해가 적습니다.',
  'bugcheck.BC-4.cure':
    '일어날 수 있는 일에는 오류 상태를 반환합니다. KeBugCheckEx는 일어날 수 없는 일에만 씁니다. 매개변수에는 덤프를 볼 사람에게 필요한 것을 남깁니다.',

  'bugcheck.1.did':
    '시스템 서비스가 유저 모드로 돌아가려는데 스레드의 APC가 아직 꺼져 있습니다. critical region이나 guarded region에 들어간 뒤 나오지 않았습니다.',
  'bugcheck.1.why':
    '이제 그 region에서 나와 줄 코드가 없습니다. 스레드는 커널 APC를 다시는 받지 못합니다. I/O가 완료되지 않고, 일시 중단도 종료도 되지 않습니다.',
  'bugcheck.1.cure':
    'KeEnterCriticalRegion마다 KeLeaveCriticalRegion이 짝을 이루어야 합니다. 오류 경로를 포함해 함수를 나가는 모든 길에서 그렇습니다. guarded region과 attach도 같습니다. 빠뜨린 길은 Driver Verifier로 찾을 수 있습니다.',
  'bugcheck.1.p1': '시스템 서비스 또는 워커 루틴',
  'bugcheck.1.p2': '스레드의 ApcStateIndex',
  'bugcheck.1.p3': 'CombinedApcDisable: 위쪽 절반은 SpecialApcDisable, 아래쪽 절반은 KernelApcDisable',
  'bugcheck.1.p4': '0 시스템 호출, 1 워커 루틴',

  'bugcheck.1.SE-3.did':
    'work item의 루틴이 APC가 꺼진 채로, 또는 다른 프로세스에 attach된 채로 워커 스레드에 돌아왔습니다.',
  'bugcheck.1.SE-3.why':
    '그 스레드는 item의 것이 아닙니다. 어느 드라이버의 것이든 다음 item이, 커널 APC를 받지 못하거나 엉뚱한 주소 공간에 있는 스레드에서 실행됩니다.',
  'bugcheck.1.SE-3.cure':
    '워커 루틴을 나가는 모든 길에서 region을 나오고 attach를 되돌립니다. 매개변수 1이 루틴이므로 드라이버는 쉽게 찾을 수 있습니다.',

  'bugcheck.5.did':
    '프로세스에 attach할 수 없는 때에 attach했습니다. 이미 다른 프로세스에 attach되어 있거나 DPC가 실행 중이었습니다.',
  'bugcheck.5.why':
    '스레드가 자기 주소 공간과 APC 상태를 보관해 두는 자리는 하나입니다. 두 번째 attach는 그 자리를 덮어써서 돌아갈 길을 없앱니다.',
  'bugcheck.5.cure':
    '다른 곳에 attach하기 전에 detach하거나, 자기 KAPC_STATE를 쓰는 KeStackAttachProcess를 씁니다. DPC에서는 attach하지 말고 워커 스레드에 맡깁니다.',
  'bugcheck.5.p1': 'attach하려던 프로세스',
  'bugcheck.5.p2': '스레드가 있던 프로세스',
  'bugcheck.5.p3': '스레드의 ApcStateIndex',
  'bugcheck.5.p4': 'DPC가 실행 중이면 0이 아님',
  'bugcheck.5.DP-25.did': 'Threaded DPC가 스레드를 다른 프로세스에 attach한 채 반환했습니다.',
  'bugcheck.5.DP-25.why':
    '한 프로세서의 threaded DPC는 모두 같은 스레드에서 실행됩니다. 다음 DPC가 이 DPC가 남겨 둔 주소 공간에서 실행되고 맙니다.',
  'bugcheck.5.DP-25.cure':
    '루틴이 반환하기 전에 KeUnstackDetachProcess를 호출합니다. 프로세스가 필요한 일은 작업 항목에 맡기는 편이 낫습니다. Threaded DPC를 끄면 같은 루틴이 DISPATCH_LEVEL에서 실행되고, 거기서 attach하면 기계가 멈춥니다.',
  'bugcheck.5.DP-25.p1': 'threaded DPC를 실행하는 스레드의 프로세스',
  'bugcheck.5.DP-25.p2': '지금 들어가 있는 프로세스',

  'bugcheck.6.did':
    'detach할 수 없는 때에 detach했습니다. attach된 동안의 APC가 진행 중이거나 큐에 남아 있거나, attach되어 있지 않았습니다.',
  'bugcheck.6.why':
    '그 APC들은 상대 프로세스의 주소 공간에 속합니다. 돌아온 뒤에 실행되면 엉뚱한 메모리에 씁니다.',
  'bugcheck.6.cure':
    '한 함수, 한 스레드 안에서 attach하고, 최소한의 일만 하고, detach합니다. 그 사이에는 완료가 이 스레드로 돌아와야 하는 I/O를 시작하지 않습니다.',

  'bugcheck.9.did': 'KeRaiseIrql에 현재보다 낮은 레벨을 주었습니다.',
  'bugcheck.9.why':
    '레벨을 올린다는 것은 막아 둔 것이 들어오지 않는다는 약속입니다. 올리면서 내려가면, 혼자라고 믿는 코드 사이로 인터럽트, DPC, 다른 스레드가 들어옵니다. checked 커널은 그 전에 멈춥니다.',
  'bugcheck.9.cure':
    'KeLowerIrql로, 자기가 KeRaiseIrql에서 받은 레벨까지만 내립니다. 여러 레벨에서 불리는 코드는 KeAcquireSpinLock에 올리기를 맡깁니다.',
  'bugcheck.9.p1': '요청한 레벨',
  'bugcheck.9.p2': '그때의 레벨',

  'bugcheck.A.did': '커널 코드가 DISPATCH_LEVEL 이상에서, 없는 메모리나 잘못된 주소를 건드렸습니다.',
  'bugcheck.A.why':
    '없는 페이지는 디스크에서 읽어 와야 하고, 그러려면 스레드가 기다려야 합니다. DISPATCH_LEVEL에서는 아무것도 기다릴 수 없으므로 폴트를 처리할 수 없습니다.',
  'bugcheck.A.cure':
    '커널에는 필요한 동안 계속 상주하는 메모리만 건네줍니다. event, 락, DPC 객체는 nonpaged 메모리에 두고, 쓰는 동안 해제하지 않습니다.',
  'bugcheck.A.p1': '주소',
  'bugcheck.A.p2': 'IRQL',
  'bugcheck.A.p3': '0 읽기, 1 쓰기, 8 실행',
  'bugcheck.A.p4': '명령어',
  'bugcheck.A.BC-2.did':
    '스레드가 DISPATCH_LEVEL 이상에서 멈출 수 있는 대기를 시작했습니다. 스핀 락을 잡은 채였거나 IRQL을 올린 뒤였습니다.',
  'bugcheck.A.BC-2.why':
    '기다린다는 것은 다른 스레드를 실행하게 한다는 뜻이고, 스레드 전환은 DISPATCH_LEVEL 아래에서만 일어납니다. 이 스레드는 갈 수 없고, 대신할 스레드도 올 수 없습니다. 치명적이라는 것은 문서에 있지만 어떤 코드로 멈추는지는 없으므로, 0xA는 그 부류로 보십시오.',
  'bugcheck.A.BC-2.cure':
    '기다리기 전에 락을 놓거나, 묻기만 하는 제한 시간 0으로 기다립니다. 무언가를 잡은 채 기다려야 한다면 mutex나 fast mutex를 씁니다. 이들은 스레드를 DISPATCH_LEVEL 아래에 둡니다.',
  'bugcheck.A.BC-2.p1': '이 경우에는 알려져 있지 않음',
  'bugcheck.A.BC-2.p2': '이 경우에는 알려져 있지 않음',
  'bugcheck.A.BC-2.p3': '이 경우에는 알려져 있지 않음',
  'bugcheck.A.BC-2.p4': '이 경우에는 알려져 있지 않음',
  'bugcheck.A.IR-11.did': 'KeLowerIrql에 현재보다 높은 레벨을 주었습니다.',
  'bugcheck.A.IR-11.why':
    '내리기는 기다리던 것을 전달하고, 올리기는 아무것도 전달하지 않습니다. 내리면서 올라가면 요청은 전달되지 않고 프로세서는 마스크된 채 남으며, 되돌릴 코드가 없습니다. checked 커널은 여기서 멈춥니다.',
  'bugcheck.A.IR-11.cure':
    'KeRaiseIrql이나 KeAcquireSpinLock이 준 바로 그 값을 지역 변수에 두었다가 KeLowerIrql에 건네주고, 짝을 안쪽부터 맞춥니다.',
  'bugcheck.A.IR-11.p1': '요청한 레벨',
  'bugcheck.A.IR-11.p2': '그때의 레벨',
  'bugcheck.A.BC-3.did': '스레드가 DISPATCH_LEVEL 이상에서 자기 루틴을 반환했습니다.',
  'bugcheck.A.BC-3.why':
    '스레드를 끝내는 것은 페이지될 수 있는 커널 코드이고, 기다리기도 합니다. DISPATCH_LEVEL 이상에서는 둘 다 할 수 없습니다.',
  'bugcheck.A.BC-3.cure':
    '스레드 루틴을 나가는 모든 길에서, 반환하기 전에 스핀 락을 모두 놓고 올린 IRQL을 내립니다.',
  'bugcheck.A.BC-1.did':
    '커널 루틴이 갈 곳 없는 포인터를 따라갔습니다. 아무도 초기화하지 않았거나 드라이버가 메모리를 해제한 객체의 것입니다.',
  'bugcheck.A.BC-1.cure':
    '객체는 누가 쓰기 전에 초기화합니다. 메모리를 해제하기 전에는 KeCancelTimer, KeRemoveQueueDpc, KeFlushQueuedDpcs로 객체를 커널에서 거두어들입니다. Driver Verifier는 타이머와 DPC를 나중에 엉뚱한 곳이 아니라 해제할 때 찾아냅니다.',

  'bugcheck.C.did': '스레드가 기다릴 수 있는 것보다 많은 객체를 한 번에 기다렸습니다.',
  'bugcheck.C.why':
    '기다리는 객체마다 wait block이 필요합니다. 스레드에는 자기 것이 네 개 있고, 호출자가 배열을 주어도 64개까지입니다. 하나라도 더하면 배열 끝을 넘어 씁니다.',
  'bugcheck.C.cure':
    '더 적게 기다립니다. 모두가 신호하는 event 하나, 묶음마다 스레드 하나, 또는 여러 event 대신 큐를 씁니다. 세 개가 넘으면 wait block 배열을 건네줍니다.',

  'bugcheck.F.did': '프로세서가 이미 잡고 있는 스핀 락을 또 요청했습니다.',
  'bugcheck.F.why':
    '스핀 락은 소유자를 모릅니다. 두 번째 요청은 첫 번째가 놓일 때까지 스핀하는데, 스핀하는 것이 바로 그 프로세서이므로 영원히 놓이지 않습니다. checked 커널은 멎는 대신 알려 줍니다.',
  'bugcheck.F.cure':
    '락은 한 번만 획득하고, 안쪽 함수에는 락이 잡혀 있다고 보는 판을 둡니다. DPC도 쓰는 락은 DISPATCH_LEVEL에서, ISR도 쓰는 락은 KeSynchronizeExecution으로 잡습니다.',
  'bugcheck.F.p1': '락. 문서에 정해진 것은 없음',

  'bugcheck.10.did': '아무도 잡고 있지 않은 스핀 락을 해제했습니다.',
  'bugcheck.10.why':
    '락을 놓는다는 것은 데이터가 온전하다는 말입니다. 두 번 놓거나 잡지 않고 놓으면, 진짜 소유자 곁으로 다른 프로세서가 들어와 둘이 함께 씁니다.',
  'bugcheck.10.cure':
    '모든 경로에서 획득 한 번에 해제 한 번입니다. 길이 갈라지면 함수 끝의 출구 하나에서 잡은 것을 놓습니다.',
  'bugcheck.10.p1': '락. 문서에 정해진 것은 없음',

  'bugcheck.1E.did': 'DPC나 커널의 코드가 예외를 일으켰고 아무도 처리하지 않았습니다.',
  'bugcheck.1E.why':
    '스택 아래의 어떤 코드도 그 예외를 기다리지 않습니다. DPC는 자기와 상관없는 스레드 위에서 실행됩니다. 실패한 코드가 무엇을 하다 말았는지 아무도 모릅니다.',
  'bugcheck.1E.cure':
    '실패할 수 있는 것은 미리 확인합니다. 호출자 메모리의 probe처럼 예외를 일으킬 수 있는 코드는 호출자 스레드의 __try 블록 안에 둡니다.',
  'bugcheck.1E.p1': '예외 코드',
  'bugcheck.1E.p2': '명령어',

  'bugcheck.20.did': 'APC가 꺼진 채로 스레드가 끝났습니다.',
  'bugcheck.20.why':
    '스레드가 끝나려면 아직 진행 중인 일을 마무리할 APC가 필요합니다. 카운트가 0이 아니라는 것은 어떤 드라이버가 region에 들어가서 나오지 않았다는 뜻이고, 또 무엇을 남겨 두었는지는 아무도 모릅니다. 아직 소유한 KMUTEX도 그런 region으로 칩니다. 그래서 문서가 그 경우로 설명하는 0x4000008A가 아니라 여기서 멈춥니다.',
  'bugcheck.20.cure':
    'critical region과 guarded region은 들어간 함수 안에서, 스레드를 끝낼 수 있는 일보다 먼저 나옵니다.',
  'bugcheck.20.p1': '대기 중인 APC 또는 0',
  'bugcheck.20.p2': '스레드의 APC disable 카운트',
  'bugcheck.20.p3': 'IRQL',

  'bugcheck.35.did': '드라이버가 요청을 아래 드라이버에 넘겼는데 IRP에 남은 stack location이 없었습니다.',
  'bugcheck.35.why':
    '스택의 드라이버는 저마다 자기 stack location에서 매개변수를 찾습니다. IRP를 만든 쪽이 실제보다 드라이버 수를 적게 세었습니다. 다음 자리는 IRP의 끝을 넘은 남의 메모리입니다.',
  'bugcheck.35.cure':
    'IRP는 받을 디바이스의 StackSize만큼 자리를 두고 만듭니다. completion 루틴을 걸지 않는다면 자기 자리는 건너뜁니다(IoSkipCurrentIrpStackLocation).',
  'bugcheck.35.p1': 'IRP',

  'bugcheck.3B.did': '시스템 서비스가 예외를 일으켰고 아무도 처리하지 않았습니다.',
  'bugcheck.3B.why':
    '유저 스레드를 위해 일하던 커널 코드에서 난 예외입니다. 계속하면 바꾸던 락과 리스트를 그대로 남겨 두게 됩니다.',
  'bugcheck.3B.cure':
    '서비스는 호출자가 넘긴 것을 __try 블록 안에서 probe하고 복사하며, 자신의 포인터와 상태 값을 모두 확인합니다.',
  'bugcheck.3B.p1': '예외 코드',
  'bugcheck.3B.p2': '명령어',
  'bugcheck.3B.p3': '컨텍스트 레코드',

  'bugcheck.3D.did': 'ISR에서 예외가 났고 아무도 처리하지 않았습니다.',
  'bugcheck.3D.why':
    'ISR은 거기 있던 무엇이든 중단시킵니다. 스택에서 그 아래 있는 코드는 ISR의 예외를 기대하지 않으며, 중단된 코드를 되감아서도 안 됩니다.',
  'bugcheck.3D.cure':
    'ISR은 디바이스 레지스터와 상주하는 자기 데이터만 건드립니다. 호출자의 메모리, 할당, 파싱처럼 실패할 수 있는 것은 DPC에 맡깁니다.',
  'bugcheck.3D.p1': '예외 레코드',
  'bugcheck.3D.p2': '컨텍스트 레코드',

  'bugcheck.44.did': '이미 완료된 요청에 IoCompleteRequest를 또 호출했습니다.',
  'bugcheck.44.why':
    '첫 번째 호출이 IRP를 돌려주었습니다. 요청한 쪽은 결과를 들었고, 그 메모리는 다른 요청에 쓰이고 있을지 모릅니다. 두 번째 완료는 남의 것을 허뭅니다.',
  'bugcheck.44.cure':
    '어느 순간이든 IRP의 주인은 코드 하나입니다. DPC와 cancel 루틴이 다툴 때는 락을 잡고 큐에서 꺼낸 쪽만 완료합니다. cancel-safe 큐가 바로 그렇게 합니다.',
  'bugcheck.44.p1': 'IRP',

  'bugcheck.48.did': 'cancel 루틴이 남아 있는 채로 요청을 완료했습니다.',
  'bugcheck.48.why':
    'cancel 루틴은 지우기 전까지 언제든 불릴 수 있습니다. 완료한 뒤에 불리면 더는 없는 IRP를 다룹니다.',
  'bugcheck.48.cure':
    '큐를 지키는 락 안에서 IoSetCancelRoutine(Irp, NULL)로 지우고 반환값을 봅니다. NULL이면 cancel 루틴이 실행 중이며 그쪽이 IRP를 완료합니다.',
  'bugcheck.48.p1': 'IRP',
  'bugcheck.48.p2': 'cancel 루틴',

  'bugcheck.4A.did': '시스템 서비스가 PASSIVE_LEVEL보다 높은 레벨에서 유저 모드로 돌아가려 했습니다.',
  'bugcheck.4A.why':
    '유저 코드는 PASSIVE_LEVEL에서 실행되고 스스로 IRQL을 내릴 수 없습니다. 그 위에서는 APC를 받지 못하고, DISPATCH_LEVEL이라면 그 프로세서는 다시는 스레드를 전환하지 못합니다.',
  'bugcheck.4A.cure':
    '함수를 나가는 모든 길에서 KeRaiseIrql마다 KeLowerIrql이, 획득한 스핀 락마다 해제가 있어야 합니다. 잊은 길은 IRQL 주석(annotation)과 Driver Verifier로 찾습니다.',
  'bugcheck.4A.p1': '시스템 서비스',
  'bugcheck.4A.p2': 'IRQL',

  'bugcheck.50.did':
    '메모리가 없는 시스템 주소를 건드렸습니다. 이미 해제한 블록이거나 원래 포인터가 아닌 값입니다.',
  'bugcheck.50.why':
    '디스크에서 읽어 올 페이지도 없는, 아무 의미 없는 주소입니다. 코드가 거기 있다고 믿는 것은 사라졌고, 그 전에 한 일도 믿을 수 없습니다.',
  'bugcheck.50.cure':
    '블록을 해제하면 포인터를 NULL로 하고, DPC, 타이머, APC, 요청이 더는 닿지 못할 때만 해제합니다. special pool을 쓰면 바로 찾습니다.',
  'bugcheck.50.p1': '주소',
  'bugcheck.50.p2': '0 읽기, 1 쓰기',
  'bugcheck.50.p3': '명령어',

  'bugcheck.7E.did': '시스템 스레드가 예외를 일으켰고 아무도 처리하지 않았습니다.',
  'bugcheck.7E.why': '시스템 스레드는 대신 종료할 프로세스가 없습니다. 그 실패는 커널의 실패입니다.',
  'bugcheck.7E.cure':
    '포인터와 상태 값을 얻은 곳에서 바로 확인합니다. 의심스러운 메모리를 건드려야 하면 __try 블록 안에서 합니다.',
  'bugcheck.7E.p1': '예외 코드',
  'bugcheck.7E.p2': '명령어',
  'bugcheck.7E.p3': '예외 레코드',
  'bugcheck.7E.p4': '컨텍스트 레코드',

  'bugcheck.B8.did': 'DPC가 프로세서를 내주는 것을 호출했습니다. 대기, 지연, 양보가 그렇습니다.',
  'bugcheck.B8.why':
    'DPC는 거기 있던 아무 스레드 위에서 DISPATCH_LEVEL로 실행됩니다. 재웠다가 다시 이어 갈 자기 스레드가 없습니다. 빌린 스레드가 자기와 상관없는 것을 기다리게 되고, 뒤에 있는 DPC들도 기다립니다.',
  'bugcheck.B8.cure':
    'DPC는 미룰 수 없는 일만 하고 나머지는 넘깁니다. event를 신호하고, 요청을 완료하고, work item을 큐에 넣습니다. 기다려야 하는 일은 PASSIVE_LEVEL의 스레드, 곧 워커나 드라이버 자신의 스레드에서 합니다.',
  'bugcheck.B8.p1': '나가야 할 스레드',
  'bugcheck.B8.p2': '들어와야 할 스레드',
  'bugcheck.B8.p3': '첫 번째 스레드의 스택',

  'bugcheck.C2.did': 'pool 블록이 아닌 주소나 이미 해제한 블록에 ExFreePool을 호출했습니다.',
  'bugcheck.C2.why':
    '그 블록은 이미 다른 소유자의 것일 수 있습니다. 다시 해제하면 같은 메모리를 둘이 갖게 됩니다.',
  'bugcheck.C2.cure':
    '소유자 하나가 한 번만 해제하고 포인터를 NULL로 합니다. 여럿이 함께 쓰면 참조 수를 셉니다.',
  'bugcheck.C2.p1': '잘못의 종류. 7: 이미 해제됨',
  'bugcheck.C2.p4': '주소',

  'bugcheck.C4.did': '이 기계에 켜져 있는 Driver Verifier가 드라이버 규칙 위반을 보았습니다.',
  'bugcheck.C4.why':
    'Verifier가 없으면 이 잘못은 대개 무사히 지나갑니다. 페이지가 없거나, 락 경합이 있거나, 다른 드라이버가 있는 날까지만 그렇습니다. Verifier는 결과가 아니라 잘못이 있는 자리에서 멈춥니다.',
  'bugcheck.C4.cure':
    '모든 드라이버를 Verifier를 켠 채 시험합니다. 멈출 때마다 규칙 하나를 짚어 줍니다. 어느 규칙인지는 매개변수 1에, 어디인지는 코드 줄에 있습니다.',
  'bugcheck.C4.p1': '하위 코드: 어느 규칙인지',
  'bugcheck.C4.p2': 'IRQL',
  'bugcheck.C4.1.did': 'APC_LEVEL보다 높은 레벨에서 paged pool을 할당했습니다.',
  'bugcheck.C4.1.why':
    '할당자는 자리를 찾느라 메모리에 없는 페이지를 건드릴 수 있고, APC_LEVEL보다 높으면 폴트를 처리할 수 없습니다.',
  'bugcheck.C4.1.cure': 'IRQL을 올리기 전에 할당하거나, DPC와 ISR이 쓰는 것은 nonpaged pool에서 얻습니다.',
  'bugcheck.C4.1.p3': 'pool: 1 paged',
  'bugcheck.C4.1.p4': '요청한 바이트 수',
  'bugcheck.C4.2.did': 'DISPATCH_LEVEL보다 높은 레벨에서 nonpaged pool을 할당했습니다.',
  'bugcheck.C4.2.why':
    '할당자는 DISPATCH_LEVEL에서 스핀 락을 잡습니다. ISR은 같은 프로세서에서 그 소유자를 중단시켰을 수 있습니다.',
  'bugcheck.C4.2.cure': 'ISR은 미리 할당해 둔 메모리를 쓰고, 다음 것은 DPC가 할당합니다.',
  'bugcheck.C4.2.p3': 'pool: 0 nonpaged',
  'bugcheck.C4.2.p4': '요청한 바이트 수',
  'bugcheck.C4.11.did': 'APC_LEVEL보다 높은 레벨에서 paged pool 블록을 해제했습니다.',
  'bugcheck.C4.11.p3': 'pool: 1 paged',
  'bugcheck.C4.11.p4': '주소',
  'bugcheck.C4.12.did': 'DISPATCH_LEVEL보다 높은 레벨에서 nonpaged pool 블록을 해제했습니다.',
  'bugcheck.C4.12.p3': 'pool: 0 nonpaged',
  'bugcheck.C4.12.p4': '주소',
  'bugcheck.C4.30.did': 'KeRaiseIrql에 현재보다 낮은 레벨을 주었습니다.',
  'bugcheck.C4.30.p3': '요청한 레벨',
  'bugcheck.C4.31.did':
    'KeLowerIrql에 현재보다 높은 레벨을 주었거나, DPC 안에서 DISPATCH_LEVEL보다 낮은 레벨을 주었습니다.',
  'bugcheck.C4.31.p3': '요청한 레벨',
  'bugcheck.C4.31.p4': '0 잘못된 레벨, 1 DPC 안에서는 안 됨',
  'bugcheck.C4.32.did': 'DISPATCH_LEVEL이 아닌 레벨에서 KeReleaseSpinLock을 호출했습니다.',
  'bugcheck.C4.32.p3': '스핀 락',
  'bugcheck.C4.33.did': 'APC_LEVEL보다 높은 레벨에서 fast mutex를 획득하려 했습니다.',
  'bugcheck.C4.33.why':
    '획득은 APC_LEVEL로 올리는데, 더 높은 곳에서는 내리는 일이 됩니다. 게다가 기다려야 할 수도 있는데 DISPATCH_LEVEL의 코드는 기다릴 수 없습니다.',
  'bugcheck.C4.33.cure':
    'DPC나 ISR과 함께 쓰는 것은 스핀 락으로 지킵니다. fast mutex를 기다려야 하는 코드는 DISPATCH_LEVEL 아래의 스레드에서 실행합니다.',
  'bugcheck.C4.33.p3': 'fast mutex',
  'bugcheck.C4.34.did': 'APC_LEVEL이 아닌 레벨에서 fast mutex를 놓았습니다.',
  'bugcheck.C4.34.why':
    '소유자는 획득부터 해제까지 APC_LEVEL에서 실행됩니다. 그사이에 IRQL을 내렸다면 소유한 채로 일시 중단될 수 있었고, mutex를 기다리는 모두가 함께 멈췄을 것입니다.',
  'bugcheck.C4.34.cure': '획득과 해제 사이에 IRQL을 바꾸지 않습니다. 락과 레벨은 겹쳐 씁니다.',
  'bugcheck.C4.34.p3': 'fast mutex',
  'bugcheck.C4.37.did': 'APC가 켜져 있는 스레드가 resource를 획득했습니다.',
  'bugcheck.C4.37.why':
    'resource를 소유한 스레드가 normal 커널 APC로 일시 중단될 수 있습니다. 누군가 그 스레드를 다시 시작할 때까지 아무도 resource를 얻지 못하는데, 다시 시작할 스레드가 바로 그 resource를 기다릴 수도 있습니다.',
  'bugcheck.C4.37.cure':
    '먼저 critical region에 들어갑니다. KeEnterCriticalRegion이나 ExEnterCriticalRegionAndAcquireResourceExclusive를 씁니다.',
  'bugcheck.C4.37.p3': '스레드의 APC 비활성 카운트',
  'bugcheck.C4.37.p4': 'resource',
  'bugcheck.C4.38.did':
    'APC가 켜져 있는 스레드가 resource를 놓았습니다. critical region에서 먼저 나왔습니다.',
  'bugcheck.C4.38.why':
    'region에서 나와 resource를 놓기까지, 스레드는 resource를 소유한 채 일시 중단될 수 있었습니다.',
  'bugcheck.C4.38.cure':
    '먼저 놓고 그다음에 나옵니다. ExReleaseResourceAndLeaveCriticalRegion이 이 순서로 합니다.',
  'bugcheck.C4.38.p3': '스레드의 APC 비활성 카운트',
  'bugcheck.C4.38.p4': 'resource',
  'bugcheck.C4.39.did': 'Unsafe 루틴으로 fast mutex를 획득했는데, 스레드의 APC를 막는 것이 없습니다.',
  'bugcheck.C4.39.why':
    '이 루틴은 IRQL을 그대로 두고 호출하는 쪽을 믿습니다. APC가 켜져 있으면 스레드가 소유한 채로 일시 중단될 수 있습니다.',
  'bugcheck.C4.39.cure':
    'APC_LEVEL이나 region 안에서 호출하거나, IRQL을 스스로 올리는 ExAcquireFastMutex를 씁니다.',
  'bugcheck.C4.39.p3': 'fast mutex',
  'bugcheck.C4.3A.did': 'Unsafe 루틴으로 fast mutex를 놓았는데, 스레드의 APC를 막는 것이 이미 없습니다.',
  'bugcheck.C4.3A.why': '놓기 전까지는 스레드가 mutex의 소유자이고, 소유한 채로 일시 중단될 수 있었습니다.',
  'bugcheck.C4.3A.cure': '먼저 mutex를 놓고, 그다음에 region에서 나오거나 IRQL을 내립니다.',
  'bugcheck.C4.3A.p3': 'fast mutex',
  'bugcheck.C4.3B.did': 'DISPATCH_LEVEL 이상에서 멈출 수 있는 대기를 시작했습니다.',
  'bugcheck.C4.3B.why':
    '기다린다는 것은 다른 스레드를 실행하게 한다는 뜻이고, 스레드 전환은 DISPATCH_LEVEL 아래에서만 일어납니다. 객체가 마침 신호 상태라면 호출이 돌아와 아무도 모르고, 아니라면 기계를 잃습니다.',
  'bugcheck.C4.3B.cure':
    '기다리기 전에 스핀 락을 놓거나, 기다리는 일을 워커 스레드로 옮기거나, 제한 시간 0으로 묻기만 합니다.',
  'bugcheck.C4.3B.p3': '객체',
  'bugcheck.C4.3B.p4': '제한 시간',
  'bugcheck.C4.3E.did': 'critical region 안에 있지 않은 스레드가 KeLeaveCriticalRegion을 호출했습니다.',
  'bugcheck.C4.3E.why':
    '스레드의 카운트가 양수가 됩니다. 0이 아닌 값은 모두 APC를 막으므로, 너무 여러 번 나온 region은 다시 열리지 않습니다.',
  'bugcheck.C4.3E.cure':
    '들어갈 때마다 한 번씩, 같은 함수와 같은 스레드에서 나옵니다. 다른 스레드에서 실행되는 콜백은 호출한 쪽을 대신해 region에서 나올 수 없습니다.',
  'bugcheck.C4.40.did': 'DISPATCH_LEVEL 아래에서 KeAcquireSpinLockAtDpcLevel을 호출했습니다.',
  'bugcheck.C4.40.why':
    '이 루틴은 IRQL을 올리지 않습니다. 같은 프로세서에서 DPC가 락 소유자를 중단시키고 같은 락을 요청하면 영원히 스핀합니다.',
  'bugcheck.C4.40.cure':
    'DPC처럼 언제나 DISPATCH_LEVEL에서 실행되는 코드가 아니라면, IRQL을 올려 주는 KeAcquireSpinLock을 씁니다.',
  'bugcheck.C4.40.p3': '스핀 락',
  'bugcheck.C4.41.did': 'DISPATCH_LEVEL 아래에서 KeReleaseSpinLockFromDpcLevel을 호출했습니다.',
  'bugcheck.C4.41.p3': '스핀 락',
  'bugcheck.C4.42.did': 'DISPATCH_LEVEL보다 높은 레벨에서 KeAcquireSpinLock을 호출했습니다.',
  'bugcheck.C4.42.why':
    '이 루틴은 IRQL을 DISPATCH_LEVEL로 설정합니다. 그 위에서는 내리는 것이므로 막아 둔 인터럽트가 들어옵니다. 또 ISR이 자기 프로세서에서 아래에 잡혀 있는 락을 기다리면 영원히 스핀합니다.',
  'bugcheck.C4.42.cure':
    'ISR과 나누는 데이터는 KeSynchronizeExecution이나 KeAcquireInterruptSpinLock으로 지킵니다. ISR은 DPC를 큐에 넣고, 락은 거기서 잡습니다.',
  'bugcheck.C4.42.p3': '스핀 락',
  'bugcheck.C4.80.did': 'DISPATCH_LEVEL보다 높은 레벨에서 KeSetEvent를 호출했습니다.',
  'bugcheck.C4.80.why':
    '기다리는 스레드를 깨우려면 dispatcher 락을 잡아야 합니다. DISPATCH_LEVEL보다 높은 코드는 바로 이 프로세서에서 그 락을 쥔 코드를 중단시켰을지 모릅니다.',
  'bugcheck.C4.80.cure': 'ISR은 DPC를 큐에 넣고, 이벤트는 거기서 설정합니다.',
  'bugcheck.C4.80.p3': '이벤트',
  'bugcheck.C4.E5.did':
    '커널 루틴을 허용되지 않은 IRQL에서 호출했습니다. 이 루틴을 짚는 Verifier 규칙은 따로 없어서, 하위 코드는 모든 루틴에 쓰는 것입니다.',
  'bugcheck.C4.E5.why':
    '루틴마다 호출할 수 있는 IRQL이 문서에 있습니다. 그 위에서는 기다리거나, 페이지될 수 있는 메모리를 건드리거나, 중단된 코드가 쥐고 있을 락을 잡게 됩니다.',
  'bugcheck.C4.E5.cure':
    '루틴의 문서를 찾아보고, IRQL이 맞는 곳에서 호출합니다. 레벨을 올리기 전, ISR 대신 DPC, 또는 워커 스레드입니다.',
  'bugcheck.C4.E6.did':
    '자기 스레드의 PASSIVE_LEVEL이 아니거나 모든 APC를 막은 코드가 시스템 서비스를 호출했습니다.',
  'bugcheck.C4.E6.p2': '호출한 명령',
  'bugcheck.C4.E6.p3': 'IRQL',
  'bugcheck.C4.E6.p4': 'SpecialApcDisable. guarded region 안이면 0이 아닙니다',
  'bugcheck.C4.11A.did': 'APC_LEVEL보다 높은 레벨에서 KeEnterCriticalRegion을 호출했습니다.',
  'bugcheck.C4.11A.why':
    'region은 스레드의 것입니다. DISPATCH_LEVEL 이상에서는 현재 스레드가 남의 것일 수 있고, 어차피 APC가 오지 않습니다.',
  'bugcheck.C4.11A.cure': 'IRQL을 올리기 전에 들어가고, 내린 뒤에 나옵니다.',
  'bugcheck.C4.11B.did': 'APC_LEVEL보다 높은 레벨에서 KeLeaveCriticalRegion을 호출했습니다.',
  'bugcheck.C4.11B.why':
    '나오면서 region이 막아 둔 것을 전달하는데, APC_LEVEL보다 위에서는 아무것도 전달할 수 없습니다.',
  'bugcheck.C4.11B.cure': 'IRQL부터 내립니다. region과 레벨은 안쪽부터 짝을 맞춥니다.',
  'bugcheck.C4.20010.did': 'APC_LEVEL까지만 쓸 수 있는 루틴을 그 위에서 호출했습니다(규칙 IrqlKeApcLte2).',
  'bugcheck.C4.20010.why':
    '이런 루틴은 현재 스레드와 그 APC를 다룹니다. DISPATCH_LEVEL 이상에서는 그 스레드가 남의 것일 수 있습니다.',
  'bugcheck.C4.20010.cure': 'IRQL을 올리기 전이나 내린 뒤에 호출하거나, 워커 스레드에 맡깁니다.',
  'bugcheck.C4.20010.p2': '규칙의 문장. 루틴의 이름이 들어 있음',
  'bugcheck.C4.20011.did':
    'DISPATCH_LEVEL까지만 쓸 수 있는 루틴을 그 위에서 호출했습니다(규칙 IrqlKeDispatchLte).',
  'bugcheck.C4.20011.why':
    '이 루틴은 dispatcher 락을 잡습니다. DISPATCH_LEVEL보다 높은 코드는 바로 이 프로세서에서 그 락을 쥔 코드를 중단시켰을지 모릅니다.',
  'bugcheck.C4.20011.cure': 'ISR은 DPC를 큐에 넣고, 호출은 거기서 합니다.',
  'bugcheck.C4.20011.p2': '규칙의 문장. 루틴의 이름이 들어 있음',
  'bugcheck.C4.20016.did':
    'APC_LEVEL보다 높은 레벨에서 Wait = TRUE로 KeSetEvent를 호출했습니다(규칙 IrqlKeSetEvent).',
  'bugcheck.C4.20016.why':
    'Wait = TRUE는 곧바로 대기가 따른다는 뜻인데, APC_LEVEL보다 위에서는 스레드가 기다릴 수 없습니다.',
  'bugcheck.C4.20016.cure': '거기서는 Wait = FALSE로 설정하고, IRQL을 내린 뒤에 기다립니다.',
  'bugcheck.C4.20016.p2': '규칙의 문장. 루틴의 이름이 들어 있음',

  'bugcheck.C7.did': '타이머나 DPC를 그 객체가 허용하지 않는 방식으로 썼습니다.',
  'bugcheck.C7.why':
    '타이머와 DPC는 나중에 커널이 부르므로 오류를 받아 줄 호출자가 없습니다. 그때 객체가 없거나 잘못되어 있으면 잘못한 곳에서 먼 데서 기계가 쓰러집니다.',
  'bugcheck.C7.cure':
    '메모리를 해제하기 전에 타이머를 취소하고 DPC가 모두 끝나기를 기다립니다(KeFlushQueuedDpcs). DPC는 들어올 때와 같은 IRQL, 같은 APC 카운트로 나갑니다.',
  'bugcheck.C7.p1':
    '해제된 메모리에 있는 0 타이머, 1 DPC. 3 없는 프로세서. 4, 5 루틴이 바꾸어 놓은 APC 카운트',
  'bugcheck.C7.p2': '객체 또는 루틴',
  'bugcheck.C7.p3': '이전 값 또는 잘못된 번호',
  'bugcheck.C7.p4': '이후 값',
  'bugcheck.C7.WT-15.did': '아직 설정된 타이머가 든 메모리를 해제했습니다.',
  'bugcheck.C7.WT-15.why':
    '커널은 타이머를 주소로 표에 넣어 둡니다. 시간이 되면 그때는 남의 것이 된 메모리에 쓰고, 거기서 찾은 것을 부르게 됩니다.',
  'bugcheck.C7.WT-15.cure':
    '메모리를 해제하기 전에 KeCancelTimer를 부르고, 타이머가 이미 큐에 넣었을지 모르는 DPC를 위해 KeRemoveQueueDpc와 KeFlushQueuedDpcs를 부릅니다.',
  'bugcheck.C7.WT-15.p3': '메모리의 시작',
  'bugcheck.C7.WT-15.p4': '메모리의 끝',
  'bugcheck.C7.DP-2.did': '아직 큐에 있거나 타이머가 부를 DPC가 든 메모리를 해제했습니다.',
  'bugcheck.C7.DP-2.why':
    '큐는 DPC 객체 자체를 꿰는 목록입니다. 메모리는 드라이버의 것이고 커널은 이을 뿐입니다. 다음에 큐를 비울 때 목록을 따라 그때는 남의 것이 된 메모리로 들어가게 됩니다.',
  'bugcheck.C7.DP-2.cure':
    'DPC를 큐에 넣는 것부터 멈춥니다. 인터럽트 연결을 끊고 타이머를 취소합니다. 그다음 KeRemoveQueueDpc를 부르고, FALSE이면 루틴이 실행 중일 수 있으니 KeFlushQueuedDpcs로 기다립니다. 그 뒤에야 메모리를 해제합니다.',
  'bugcheck.C7.DP-2.p3': '메모리의 시작',
  'bugcheck.C7.DP-2.p4': '메모리의 끝',
  'bugcheck.C7.DP-3.did': '큐에 들어 있는 DPC를 초기화했습니다.',
  'bugcheck.C7.4.did':
    'DPC가 들어올 때와 다른 APC 비활성 카운트로 돌아왔습니다. 영역에 들어갔거나 뮤텍스를 얻고 되돌려 놓지 않았습니다.',
  'bugcheck.C7.4.why':
    'DPC는 중단한 아무 스레드나, 그 카운트까지 빌립니다. 그 스레드는 커널 APC가 영영 막힌 채 이어지다가 아무 상관 없는 코드에서 시스템을 멈추게 됩니다.',
  'bugcheck.C7.4.cure':
    '영역과 뮤텍스는 스레드의 것입니다. DISPATCH_LEVEL에는 APC가 오지 않으므로 DPC에는 필요 없고, 공유하는 데이터는 스핀 락이 지킵니다. 시간 0으로 물어보기만 한 뮤텍스도 얻은 것입니다.',
  'bugcheck.C7.4.p2': 'DPC의 루틴',
  'bugcheck.C7.4.p3': '실행 전의 CombinedApcDisable',
  'bugcheck.C7.4.p4': '실행 후의 CombinedApcDisable',
  'bugcheck.C7.DP-25.why':
    '한 프로세서의 threaded DPC는 모두 같은 스레드에서 실행되므로, 다음 DPC가 APC를 막은 채 실행되고 맙니다. Threaded DPC를 끄면 같은 루틴이 중단시킨 스레드를 빌리고, 그 스레드의 카운트까지 바꿉니다.',
  'bugcheck.C7.5.did':
    '타이머의 DPC가 들어올 때와 다른 APC 비활성 카운트로 돌아왔습니다. 영역에 들어갔거나 뮤텍스를 얻고 되돌려 놓지 않았습니다.',
  'bugcheck.C7.5.why':
    'DPC는 중단한 아무 스레드나, 그 카운트까지 빌립니다. 그 스레드는 커널 APC가 영영 막힌 채 이어지다가 아무 상관 없는 코드에서 시스템을 멈추게 됩니다.',
  'bugcheck.C7.5.cure':
    '영역과 뮤텍스는 스레드의 것입니다. DISPATCH_LEVEL에는 APC가 오지 않으므로 DPC에는 필요 없고, 공유하는 데이터는 스핀 락이 지킵니다. 시간 0으로 물어보기만 한 뮤텍스도 얻은 것입니다.',
  'bugcheck.C7.5.p2': 'DPC의 루틴',
  'bugcheck.C7.5.p3': '실행 전의 CombinedApcDisable',
  'bugcheck.C7.5.p4': '실행 후의 CombinedApcDisable',
  'bugcheck.C7.3.did': 'DPC의 대상으로 없는 프로세서를 정했습니다.',
  'bugcheck.C7.3.why': 'DPC는 아무도 비우지 않는 큐에 놓이거나, 큐가 아닌 메모리에 놓이게 됩니다.',
  'bugcheck.C7.3.cure':
    'KeQueryActiveProcessorCountEx로 몇 개인지 묻고, 그중 하나를 KeSetTargetProcessorDpcEx로 정합니다.',
  'bugcheck.C7.3.p3': '번호',
  'bugcheck.C7.3.p4': '프로세서 수',

  'bugcheck.C8.did': '커널이 부른 루틴이 불릴 때와 다른 IRQL로 돌아왔습니다.',
  'bugcheck.C8.why':
    '커널은 부른 자리에서 이어 가며 마스크가 그대로라고 믿습니다. 너무 낮으면 막아야 할 것이 들어오고, 너무 높으면 들어와야 할 것을 놓칩니다.',
  'bugcheck.C8.cure':
    '나가는 모든 길에서, 들어올 때의 IRQL로 되돌립니다. 이전 레벨은 전역 변수가 아니라 지역 변수에 둡니다.',
  'bugcheck.C8.p1': '현재 레벨, 기대한 레벨, 자리 순서로: 0, 1 APC, 2 callout, 3 ISR',
  'bugcheck.C8.p2': '루틴: APC는 KernelRoutine, DPC는 DeferredRoutine, 인터럽트는 ServiceRoutine',
  'bugcheck.C8.p3': '그 객체: KAPC, KDPC 또는 KINTERRUPT',
  'bugcheck.C8.p4': 'APC이면 NormalRoutine',
  'bugcheck.C8.IN-4.did': 'ISR이 IRQL을 바꾸고 되돌리지 않았습니다.',
  'bugcheck.C8.IN-4.why':
    'ISR은 디바이스의 레벨에서, 인터럽트 락을 잡은 채 시작됩니다. 더 낮아지면 자기 인터럽트가 다시 들어와 그 락을 기다리며 스핀할 수 있고, 스택이 인터럽트 것인 동안 DPC와 스레드 전환이 올 수 있습니다.',
  'bugcheck.C8.DP-23.did': 'DPC가 IRQL을 바꾸고 되돌리지 않았습니다.',
  'bugcheck.C8.DP-23.why':
    'DPC 큐는 DISPATCH_LEVEL에서 비웁니다. 더 낮으면 큐를 비우는 도중에 다른 스레드가 프로세서를 가져갈 수 있고, 더 높으면 나머지 큐가 디바이스를 막습니다.',
  'bugcheck.C8.AP-13.did': 'APC의 KernelRoutine이 APC_LEVEL이 아닌 레벨로 돌아왔습니다.',
  'bugcheck.C8.AP-13.why':
    'APC 전달은 APC_LEVEL에서 목록의 다음 APC로 이어집니다. 레벨이 다르면 APC가 겹치거나, 스레드가 IRQL을 올린 채 돌아가게 됩니다.',

  'bugcheck.D1.did':
    '드라이버가 DISPATCH_LEVEL 이상에서, 곧 DPC나 ISR이나 스핀 락 안에서, 페이징 가능한 메모리나 잘못된 주소를 건드렸거나, 페이징 가능한 코드를 실행했습니다(그때는 매개변수 3이 8입니다).',
  'bugcheck.D1.why':
    '없는 페이지는 디스크에서 읽어 와야 하고, 그러려면 스레드가 기다려야 합니다. DISPATCH_LEVEL에서는 아무것도 기다릴 수 없습니다. 페이지가 마침 있으면 같은 줄이 잘 돌아가므로 잘못이 숨습니다.',
  'bugcheck.D1.cure':
    'DISPATCH_LEVEL에서 건드리는 것은 nonpaged 풀에 두고, 건드리는 코드는 페이지될 수 있는 섹션에 두지 않습니다. 또 흔한 까닭은 해제된 것을 가리키는 포인터입니다. Driver Verifier의 강제 IRQL 검사를 켜면 매번 드러납니다.',
  'bugcheck.D1.p1': '주소',
  'bugcheck.D1.p2': 'IRQL',
  'bugcheck.D1.p3': '0 읽기, 1 쓰기, 2 또는 8 실행',
  'bugcheck.D1.p4': '명령어',

  'bugcheck.E1.did': 'work item의 루틴이 DISPATCH_LEVEL 이상인 채로 워커 스레드에 돌아왔습니다.',
  'bugcheck.E1.why':
    '워커 스레드는 다음 item을 기다려야 하는데 DISPATCH_LEVEL에서는 어떤 스레드도 기다릴 수 없습니다. 큐의 다음 item도 PASSIVE_LEVEL이라고 믿습니다.',
  'bugcheck.E1.cure': '오류 경로를 포함해 루틴을 나가는 모든 길에서 스핀 락을 해제하고 올린 IRQL을 내립니다.',
  'bugcheck.E1.p1': '워커 루틴',
  'bugcheck.E1.p2': 'IRQL',
  'bugcheck.E1.p3': '루틴의 매개변수',
  'bugcheck.E1.p4': 'work item',

  'bugcheck.E2.did':
    '누군가 일부러 멈추게 했습니다. 실제 기계에서는 오른쪽 Ctrl을 누른 채 Scroll Lock을 두 번 누릅니다.',
  'bugcheck.E2.why': '고장 난 것은 없습니다. 멎었거나 느린 기계의 덤프를 남겨 디버거로 살펴보려는 것입니다.',
  'bugcheck.E2.cure': '먼저 레지스트리에서 이 키를 허용해야 합니다(CrashOnCtrlScroll).',

  'bugcheck.E4.did': 'work item이 있어서는 안 될 곳에 있거나, 큐에 넣을 수 없는 것이었습니다.',
  'bugcheck.E4.why':
    'work item은 목록의 항목입니다. 두 번 넣거나 목록 안에서 덮어쓰면 목록이 끊어지고, 워커 스레드들은 없는 곳으로 이어진 링크를 따라갑니다.',
  'bugcheck.E4.cure':
    '마지막으로 넣은 것의 루틴이 시작된 뒤에만 다시 큐에 넣습니다. 할 일의 목록을 따로 두고, 목록이 비어 있었을 때만 item을 넣습니다.',
  'bugcheck.E4.p1':
    '무엇이 잘못인가: 0 큐에 있는 item의 메모리, 1 두 번 넣음, 2 큐에 있는데 해제, 3 잘못된 객체, 6 없는 큐',
  'bugcheck.E4.p2': 'work item',
  'bugcheck.E4.0.did': '아직 큐에 있는 work item을 다시 초기화했습니다.',
  'bugcheck.E4.0.p3': '메모리의 시작',
  'bugcheck.E4.0.p4': '메모리의 끝',
  'bugcheck.E4.1.did': '아직 큐에 있는 work item을 또 큐에 넣었습니다.',
  'bugcheck.E4.1.p3': '큐',
  'bugcheck.E4.2.did': '아직 큐에 있는 work item을 해제했습니다.',
  'bugcheck.E4.2.cure': '큐를 떠난 뒤 실행되는 자기 루틴 안에서 해제하거나, 루틴이 실행될 때까지 기다립니다.',
  'bugcheck.E4.2.p3': '워커 루틴',
  'bugcheck.E4.3.did': '디바이스도 드라이버도 아닌 것을 위해 work item을 초기화했습니다.',
  'bugcheck.E4.3.why':
    '시스템은 루틴이 실행될 때까지 work item의 객체를 살려 둡니다. 그런 객체가 아니면 참조 카운트가 없고, 카운트를 엉뚱한 곳에 쓰게 됩니다.',
  'bugcheck.E4.3.cure': '일의 대상인 디바이스 객체나 드라이버 객체를 넘깁니다.',
  'bugcheck.E4.3.p3': '객체',
  'bugcheck.E4.6.did': '없는 큐에 work item을 넣었습니다.',
  'bugcheck.E4.6.why': '큐의 종류는 인덱스입니다. 틀리면 item이 다른 메모리에 연결됩니다.',
  'bugcheck.E4.6.cure': 'WORK_QUEUE_TYPE의 이름을 씁니다. 드라이버의 일은 DelayedWorkQueue에 넣습니다.',
  'bugcheck.E4.6.p3': '큐',

  'bugcheck.E9.did': 'work item의 루틴이 자신이 실행되던 스레드를 끝냈습니다.',
  'bugcheck.E9.why':
    '워커 스레드는 시스템의 것이고 모두의 item을 처리합니다. 하나씩 사라지면 큐에 있는 것은 영원히 기다립니다.',
  'bugcheck.E9.cure':
    '워커 루틴은 반환합니다. 마음대로 끝낼 스레드가 필요하면 PsCreateSystemThread로 만듭니다. PsTerminateSystemThread는 그런 스레드의 것입니다.',
  'bugcheck.E9.p1': '스레드',

  'bugcheck.EF.did': '시스템에 없어서는 안 될 프로세스가 끝났습니다.',
  'bugcheck.EF.why':
    '어떤 프로세스는 critical로 표시되어 있습니다. 시스템이 늘 그 프로세스에 의지합니다. 마지막 스레드가 사라지면 남은 것들도 일을 마친다고 믿을 수 없습니다.',
  'bugcheck.EF.cure':
    '이런 프로세스의 스레드를 끝내지 말고, 드라이버가 무너뜨리지 않게 합니다. 덤프에서는 그 프로세스가 먼저 무엇에 실패했는지를 봅니다.',
  'bugcheck.EF.p1': '프로세스 또는 스레드',
  'bugcheck.EF.p2': '0 프로세스, 1 스레드',

  'bugcheck.102.did':
    '워치독 자신의 DPC가 제때 실행되지 못했습니다. 어떤 프로세서가 DISPATCH_LEVEL 이상에 머물러 있습니다.',
  'bugcheck.102.why':
    'DPC를 비우지 못하는 프로세서는 타이머도 만료시키지 못하고 스레드도 전환하지 못합니다. 머지않아 다른 프로세서들도 그 대답을 기다리게 됩니다.',
  'bugcheck.102.cure':
    'DISPATCH_LEVEL 이상에서 도는 반복문, 특히 디바이스의 대답을 기다리는 반복문에 한도를 둡니다.',
  'bugcheck.102.p1': '한도(틱)',
  'bugcheck.102.p2': '그 프로세서의 PRCB',

  'bugcheck.124.did': '하드웨어가 정정할 수 없는 오류, 머신 체크를 알렸습니다.',
  'bugcheck.124.why':
    '머신 체크에는 IRQL이 없고 아무도 기다리지 않습니다. 프로세서는 레지스터와 캐시가 아직 맞는지 말할 수 없습니다.',
  'bugcheck.124.cure':
    '드라이버가 피할 수 없습니다. CMCI_LEVEL의 보통 인터럽트로 오는 정정된 오류가 그 전의 경고입니다.',
  'bugcheck.124.p1': '오류 원천의 종류. 0: 머신 체크',

  'bugcheck.133.did':
    'DPC 워치독이 짖었습니다. DPC 또는 DISPATCH_LEVEL 이상에서 쉬지 않고 보낸 시간이 너무 깁니다.',
  'bugcheck.133.why':
    '프로세서가 DISPATCH_LEVEL에 있는 동안 그 위에서는 스레드가 실행되지 않습니다. 소리가 끊기고, 마우스가 멎고, 다른 프로세서가 기다립니다. 한도는 넉넉합니다. 지침은 DPC 100 µs, ISR 25 µs입니다.',
  'bugcheck.133.cure':
    'DPC에서는 조금만 하고 나머지는 워커 스레드에 맡깁니다. 한 번에 정해진 수의 패킷만 처리하고 DPC를 다시 큐에 넣습니다. 거기서 디바이스를 폴링하지 않습니다.',
  'bugcheck.133.p1': '0 DPC 하나, 1 DISPATCH_LEVEL 이상에서 보낸 시간 전부',
  'bugcheck.133.p2': '0이면 걸린 시간(틱), 1이면 워치독 주기',
  'bugcheck.133.p3': '0이면 허용된 시간(틱)',
  'bugcheck.133.0.did': 'DPC 하나 또는 ISR 하나가 워치독의 허용 시간보다 오래 실행되었습니다.',
  'bugcheck.133.1.did':
    '프로세서가 모두 합해 너무 오래 DISPATCH_LEVEL 이상에 있었습니다. 어느 DPC 하나의 탓이 아닐 수도 있고, 짧은 DPC가 많아도 그렇습니다.',

  'bugcheck.139.did': '아직 큐에 있는 APC에 KeInitializeApc를 호출했습니다. 리스트 엔트리가 끊어졌습니다.',
  'bugcheck.139.why':
    '스레드의 리스트는 그 안의 객체를 거쳐 이어집니다. 다시 초기화한 객체는 이웃을 잊으므로, 다음 삽입이나 제거는 엉뚱한 곳에 쓰게 됩니다. 커널은 링크를 검사하고 멈춥니다.',
  'bugcheck.139.cure':
    'APC는 한 번만 초기화합니다. 커널 루틴이 호출된 뒤나 KeRemoveQueueApc가 TRUE를 반환한 뒤에만 다시 큐에 넣습니다.',
  'bugcheck.139.p1': '3 리스트 엔트리 손상',
  'bugcheck.139.p2': 'APC',
  'bugcheck.139.p3': '그 APC가 들어 있는 리스트의 스레드',

  'bugcheck.E3.did': '스레드가 소유하지 않은 resource를 놓았습니다.',
  'bugcheck.E3.why':
    'resource가 지키던 것이 보호 없이 바뀌었거나, 이제 다른 스레드가 보호를 잃습니다. 둘 다 나중에 되돌릴 수 없습니다.',
  'bugcheck.E3.cure':
    'resource를 획득한 스레드가 획득한 횟수만큼 놓습니다. 다른 스레드를 대신해 놓을 때는 ExReleaseResourceForThreadLite가 있습니다.',
  'bugcheck.E3.p1': 'resource',
  'bugcheck.E3.p2': '스레드',

  'bugcheck.4000008A.did': '스레드가 드라이버의 mutex를 소유한 채 끝났습니다.',
  'bugcheck.4000008A.why':
    'mutex가 지키던 것이 반쯤 바뀐 채일 수 있고, 이제 아무도 mutex를 놓지 못합니다. 유저 모드의 mutex는 버려진 것으로 표시되어 다음 대기자에게 그 사실과 함께 넘어가지만, 커널 코드에는 그런 길이 없습니다. KMUTEX는 APC도 막고, 스레드의 끝은 그것을 먼저 보아 0x20으로 멈춥니다. 이 코드는 카운트만 0으로 맞춰 둔 스레드에게 남습니다.',
  'bugcheck.4000008A.cure':
    'mutex를 획득한 코드에서 나가는 모든 길에서 mutex를 놓습니다. 그 critical region에서 KeLeaveCriticalRegion으로 나오지 않습니다. KeReleaseMutex가 그 일을 합니다.',
  'bugcheck.4000008A.p1': '스레드',
  'bugcheck.4000008A.p2': 'mutex',

  'deadlock.own.did':
    '스핀 락의 소유자나 같은 프로세서에서 그 소유자를 중단시킨 코드가 바로 그 락을 요청했습니다.',
  'deadlock.own.why':
    '이 코드는 락이 놓일 때까지 스핀합니다. 락을 놓으려면 소유자가 이어서 실행되어야 하는데, 바로 그 프로세서가 스핀하므로 그럴 수 없습니다. 다른 프로세서도 도울 수 없습니다. Windows라면 워치독이 물 때까지 그냥 멎어 있습니다. “on_deadlock: go_on”으로 그 모습을 볼 수 있습니다.',
  'deadlock.own.cure':
    '락은 그 락을 쓰는 가장 높은 코드의 레벨에서 잡습니다. DPC도 쓰는 락은 DISPATCH_LEVEL에서, ISR도 쓰는 락은 KeSynchronizeExecution이나 KeAcquireInterruptSpinLock으로 ISR의 레벨에서 잡습니다.',
  'deadlock.order.did':
    '프로세서들이 같은 락들을 서로 다른 순서로 잡았습니다. 저마다 다른 프로세서가 기다리는 것을 쥐고 있습니다.',
  'deadlock.order.why':
    '고리 안의 누구도 다음 락을 얻기 전에는 가진 락을 놓지 않고, 스핀에는 제한 시간이 없습니다. DISPATCH_LEVEL에 있는 이 프로세서들은 다시는 스레드를 실행하지 못합니다. Windows라면 워치독이 물 때까지 멎어 있습니다. “on_deadlock: go_on”으로 그 모습을 볼 수 있습니다.',
  'deadlock.order.cure':
    '드라이버의 락에 순서를 정해 적어 두고 어디서나 그 순서로 잡습니다. 다른 드라이버를 부를 때는 아무 락도 쥐지 않습니다. Driver Verifier의 deadlock 검출은 무사히 끝난 실행에서도 틀린 순서를 찾아냅니다.',
  'deadlock.ipi.did':
    '프로세서들이 프로세서 간 인터럽트를 거쳐 서로를 기다립니다. KeIpiGenericCall을 부른 쪽은 모두를 기다리는데, 그중 하나가 그 인터럽트를 마스크하고 있거나 부른 쪽이 쥔 것을 스핀하며 기다립니다.',
  'deadlock.ipi.why':
    '이 호출은 모든 프로세서에서 함수가 실행된 뒤에 돌아옵니다. IPI_LEVEL 이상에서 스핀하는 프로세서는 인터럽트를 받지 못하고, 부른 쪽의 락을 원하는 프로세서는 끝내지 못합니다. 어느 쪽도 가지 못합니다.',
  'deadlock.ipi.cure':
    'KeIpiGenericCall은 IPI_LEVEL 아래에서, IPI_LEVEL 이상의 코드가 원할 수 있는 락을 쥐지 않은 채 호출합니다. 불려 가는 함수는 락을 잡지 않습니다.',
  'deadlock.threads.did':
    '스레드들이 서로를 기다립니다. 저마다 다른 스레드가 기다리는 것을 쥐고 있거나, 그 스레드의 끝을 기다립니다.',
  'deadlock.threads.why':
    '이 대기에는 제한 시간이 없고, 끝내 줄 다른 것도 없습니다. 기계의 나머지는 계속되지만, 이 스레드들과 그들이 쥔 것은 돌아오지 않습니다.',
  'deadlock.threads.cure':
    '드라이버의 mutex는 어디서나 같은 순서로 잡고, 스레드가 끝나기를 기다리는 동안에는 쥐지 않습니다. 남이 쥔 것을 기다릴 때는 대처할 수 있는 곳에 제한 시간을 둡니다.',
  'deadlock.ended.did': '다른 스레드가 기다리는 것을 쥔 채 스레드가 끝났습니다.',
  'deadlock.ended.why':
    '커널의 mutex인 KMUTEX는 소유자가 끝나면 버려진 것으로 표시되어 다음 스레드로 넘어갑니다. 스핀 락, fast mutex, ERESOURCE는 이를 모릅니다. 소유자만 놓을 수 있는데, 그 스레드는 다시 실행되지 않습니다.',
  'deadlock.ended.cure':
    '얻은 것은 그 코드에서 나가는 모든 길에서 놓고, 함께 들어간 영역은 그때까지 지킵니다. 그 안에 있는 스레드는 종료 요청을 받아도 먼저 놓는 데까지 갑니다.',
  'deadlock.any.did':
    '스레드들이 서로를 기다리고, 그중 하나는 여러 객체 중 하나를 기다립니다. 그런데 그 객체를 가진 스레드도 모두 기다리고 있습니다.',
  'deadlock.any.why':
    '하나만 풀려도 충분했습니다. 그러나 객체마다 그 소유자가 결국 그것을 원하는 바로 그 스레드를 기다리고, 이 대기들에는 제한 시간이 없습니다.',
  'deadlock.any.cure':
    '여러 객체 중 하나를 기다리는 동안에는 남이 원하는 것을 쥐지 않습니다. 아니면 고리 밖에서 신호해 줄 객체, 곧 “그만두기” 이벤트를 목록에 넣거나 제한 시간을 둡니다.',
  'deadlock.mixed.did':
    '프로세서가 스핀 락을 기다리며 도는데, 그 락의 소유자는 결국 바로 이 프로세서가 막고 있는 스레드를 기다립니다.',
  'deadlock.mixed.why':
    '스핀 락의 소유자가 락을 쥔 채 프로세서를 떠났으므로 락을 놓을 코드가 없고, 그 대기를 끝낼 스레드는 스핀 아래에 깔려 있습니다. 스핀에는 제한 시간이 없으며, DISPATCH_LEVEL의 프로세서는 다시 스레드를 실행하지 못합니다.',
  'deadlock.mixed.cure':
    '스핀 락을 쥔 채 기다리지 않습니다. 먼저 놓거나, 기다려야 하는 코드라면 mutex로 데이터를 지킵니다. Driver Verifier는 그런 대기를 0xC4, 하위 코드 0x3B로 멈춥니다.',
  'deadlock.suspended.did':
    '스레드가 남이 원하는 것을 쥔 채 일시 중단되었고, 재개할 수 있는 스레드가 남아 있지 않습니다.',
  'deadlock.suspended.why':
    '일시 중단은 일반 커널 APC입니다. 그런 APC가 실행될 수 있는 곳이면 락이 지키는 일의 한가운데에서도 스레드를 멈춥니다. 그 락을 원하는 스레드는 재개될 때까지 기다리고, 재개할 스레드가 바로 그 스레드라면 영원히 기다립니다.',
  'deadlock.suspended.cure':
    '락은 critical region 안에서만 쥐거나, 스스로 막아 주는 것을 씁니다. KMUTEX, fast mutex, KeEnterCriticalRegion과 함께 쓰는 ERESOURCE가 그렇습니다. 그러면 일시 중단은 락이 풀릴 때까지 기다립니다.',
};
