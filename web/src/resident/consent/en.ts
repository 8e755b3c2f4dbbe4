/** Words of consent. */
export const consentEn = {
  consentTitle: 'Use of my data',
  consentLead:
    'Each of these is yours to decide. Everything else works without, ' +
    'and you can change your mind under “Me” at any time.',
  consentRealName: 'Real name',
  consentRealNameText:
    'Vouchers go to real names. Your name, ID number and phone are used only to confirm with the ' +
    'identity service that you are you; they are kept encrypted and never given to shops. ' +
    'Without it you cannot confirm your name or claim; the rest works.',
  consentLocation: 'Location',
  consentLocationText:
    'Some programmes are for residents only: at a claim the phone is asked once where it is, to ' +
    'see whether you are in the region. The place itself is not kept. ' +
    'Without it you cannot claim there; vouchers you have stay usable.',
  consentMessages: 'Text messages',
  consentMessagesText:
    'A message when vouchers arrive and before they end, never advertising. ' +
    'Without it no message is sent; your vouchers are the same.',
  consentAgree: 'I agree',
  consentRefuse: 'I do not agree',
  consentWithdraw: 'Withdraw',
  consentAgreedAt: 'agreed {at}',
  consentRefusedAt: 'not agreed {at}',
  consentChanged: 'The text has changed: please decide again',
  consentDone: 'Done',
  consentAsk: 'We need your consent',
  consentGoOn: 'Agree and go on',
  consentNotNow: 'Not now',
  consentLocationNeeded: 'This programme is for residents: without your location nothing is given.',
  consentRealNameNeeded: 'Without the use of your real name nothing can be claimed.',
  consentLink: 'Decide now',
};
