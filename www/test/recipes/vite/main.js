import 'irql-playground/define';
